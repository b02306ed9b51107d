using VmmEngine.OpenBsd;
using Xunit;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>The pool of VPIDs.</summary>
public sealed class VpidPoolTests
{
    [Fact]
    public void TheLowestFreeNumberIsGivenOut()
    {
        VpidPool pool = new(VpidPool.HighestId);
        ushort[] ids = [.. Enumerable.Range(0, 200).Select(_ => pool.Allocate())];
        Assert.Equal(Enumerable.Range(1, 200), ids.Select(id => (int)id));

        pool.Free(70);
        pool.Free(3);
        Assert.Equal(3, pool.Allocate());
        Assert.Equal(70, pool.Allocate());
        Assert.Equal(201, pool.Allocate());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(VpidPool.HighestId)]
    public void ThereAreExactlySoMany(int maximum)
    {
        VpidPool pool = new(maximum);
        for (int id = 1; id <= maximum; id++)
        {
            Assert.Equal(id, pool.Allocate());
        }

        Assert.Equal(0, pool.Allocate());
        Assert.Equal(maximum, pool.Count);
        pool.Free((ushort)maximum);
        Assert.Equal(maximum, pool.Allocate());
    }

    [Fact]
    public void EveryNumberHasItsOwnBit()
    {
        VpidPool pool = new(VpidPool.HighestId);
        HashSet<ushort> ids = [];
        while (pool.Allocate() is > 0 and ushort id)
        {
            Assert.True(ids.Add(id));
        }

        Assert.All(ids, pool.Free);
        Assert.Equal(0, pool.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(64)]
    [InlineData(65535)]
    public void ANumberThatIsNotGivenOutCannotBeTakenBack(int id)
    {
        VpidPool pool = new(63);
        pool.Allocate();
        Assert.Throws<ArgumentException>(() => pool.Free((ushort)id));
        Assert.Equal(1, pool.Count);
        pool.Free(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(VpidPool.HighestId + 1)]
    public void TheMaximumHasBounds(int maximum) => Assert.Throws<ArgumentOutOfRangeException>(() => new VpidPool(maximum));
}
