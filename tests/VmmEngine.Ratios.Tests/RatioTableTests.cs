using VmmEngine.FreeBsd;
using VmmEngine.Ratios.Generated;
using VmmEngine.Tables;
using Xunit;

namespace VmmEngine.Ratios.Tests;

/// <summary>The benchmarks' tables say the same as the engine's, but for what they are there to leave out.</summary>
public sealed class RatioTableTests
{
    private static readonly CommandRow[] Engine = [.. VmCommandTable.Rows.Where(row => row.Value is not null)];

    [Fact]
    public void LockedRowsHaveTheEnginesWordsAndLocks() =>
        Assert.Equal(
            Engine.Select(row => (row.Name, row.Value, string.Join('|', row.Flags))),
            LockedCommandTable.Rows.Select(row => (row.Name, row.Value, string.Join('|', row.Flags))));

    [Fact]
    public void BareRowsHaveTheEnginesWordsAndNoLocks()
    {
        Assert.Equal(Engine.Select(row => (row.Name, row.Value)), BareCommandTable.Rows.Select(row => (row.Name, row.Value)));
        Assert.All(BareCommandTable.Rows, row => Assert.Empty(row.Flags));
    }
}
