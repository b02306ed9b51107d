using System.Reflection;
using VmmEngine.Exploration.Rows;

namespace VmmEngine.Exploration.Tests;

/// <summary>The rows that are explored have every lock set of the tables they stand for, so a new set in a table cannot be forgotten here.</summary>
public sealed class LockSetTests
{
    [Fact]
    public void EveryLockSetOfTheVmDeviceIsExplored()
    {
        HashSet<string> explored = [.. LockSetCommandTable.Rows.Select(row => string.Join('|', row.Flags))];
        string[] missing = [.. LockSetsOf("vm.ioctls").Where(set => !explored.Contains(set))];

        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("vmm-baseline.ioctls")]
    [InlineData("vmm-newer.ioctls")]
    [InlineData("vmmctl.ioctls")]
    public void EveryLockSetOfTheHostDevicesIsExplored(string table)
    {
        HashSet<string> explored = [.. WaitSetCommandTable.Rows.Select(row => string.Join('|', row.Flags))];
        string[] missing = [.. LockSetsOf(table).Where(set => !explored.Contains(set))];

        Assert.Empty(missing);
    }

    [Fact]
    public void TheTableIsReadAtAll() => Assert.Contains("XLOCK_MEMSEGS|LOCK_ALL_VCPUS", LockSetsOf("vm.ioctls"));

    /// <summary>The distinct flags columns and relaxed sets of a table, "" for none.</summary>
    private static HashSet<string> LockSetsOf(string table)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(table)!;
        using StreamReader reader = new(stream);
        HashSet<string> sets = [];
        bool inRows = false;
        while (reader.ReadLine() is string line)
        {
            string[] words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            inRows |= words is ["section", ..];
            if (!inRows || words.Length < 6)
            {
                continue;
            }

            sets.Add(words[4] == "-" ? "" : words[4]);
            foreach (string attribute in words[6..].Where(word => word.StartsWith("relaxed=", StringComparison.Ordinal)))
            {
                string relaxed = attribute["relaxed=".Length..];
                sets.Add(relaxed == "NONE" ? "" : relaxed);
            }
        }

        return sets;
    }
}
