using VmmEngine.Loaders;
using Xunit;

namespace VmmEngine.Tests.Loaders;

public sealed class BiosLoaderTests
{
    private readonly ArrayTarget _target = new();

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(256)]
    public void TheImageEndsAtFourGigabytesAndBelowOneMegabyte(int kilobytes)
    {
        byte[] image = Image(kilobytes << 10);
        EntryState entry = BiosLoader.Load(image, _target);
        (ulong address, byte[] rom) = Assert.Single(_target.Roms);
        Assert.Equal((1UL << 32) - (ulong)image.Length, address);
        Assert.Equal(image, rom);
        int shadow = Math.Min(image.Length, 128 << 10);
        Assert.Equal(image[^shadow..], _target.Bytes[(0x10_0000 - shadow)..0x10_0000]);
        Assert.Equal((0xFFFF_0000ul, 0xFFF0ul), (entry.Registers.Cs.Base, entry.Registers.Rip));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0x1_0001)]
    [InlineData(0x1_8000)]
    [InlineData((16 << 20) + 0x1_0000)]
    public void OtherSizesAreRefused(int length) =>
        Assert.Contains($"{length} bytes", Assert.Throws<LoadException>(() => BiosLoader.Load(Image(length), _target)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xFF)]
    public void AnImageWithoutAResetVectorIsRefused(byte filler)
    {
        byte[] image = new byte[0x2_0000];
        Array.Fill(image, filler);
        Assert.Throws<LoadException>(() => BiosLoader.Load(image, _target));
    }

    [Fact]
    public void MemoryInItsPlaceIsRefused()
    {
        BiosLoader.Load(Image(0x2_0000), _target);
        Assert.Throws<LoadException>(() => BiosLoader.Load(Image(0x2_0000), _target));
        Assert.Throws<LoadException>(() => BiosLoader.Load(Image(0x2_0000), new ArrayTarget(0x8_0000)));
    }

    private static byte[] Image(int length)
    {
        byte[] image = new byte[length];
        new Random(length).NextBytes(image);
        if (length >= 16)
        {
            image[^16] = 0xEA;
        }

        return image;
    }
}
