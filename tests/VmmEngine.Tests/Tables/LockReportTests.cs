using System.Text;
using VmmEngine.FreeBsd;
using VmmEngine.OpenBsd.Baseline;
using VmmEngine.OpenBsd.Newer;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Tests.Tables;

/// <summary>
/// The lock reports beside the tables are what the generator says of them now. A change is accepted by running these tests with the environment
/// variable VMM_ACCEPT set to 1, which rewrites the files, and by committing the difference.
/// </summary>
public sealed class LockReportTests
{
    private static readonly string TablesFolder = Path.Combine(RepositoryRoot.Folder, "tables");

    private static readonly Dictionary<string, string> Reports = new()
    {
        ["freebsd/vmmctl.locks.md"] = ControlCommandTable.LockReportMarkdown,
        ["freebsd/vmmctl.locks.dot"] = ControlCommandTable.LockReportDot,
        ["freebsd/vm.locks.md"] = VmCommandTable.LockReportMarkdown,
        ["freebsd/vm.locks.dot"] = VmCommandTable.LockReportDot,
        ["openbsd/vmm-baseline.locks.md"] = BaselineCommandTable.LockReportMarkdown,
        ["openbsd/vmm-baseline.locks.dot"] = BaselineCommandTable.LockReportDot,
        ["openbsd/vmm-newer.locks.md"] = NewerCommandTable.LockReportMarkdown,
        ["openbsd/vmm-newer.locks.dot"] = NewerCommandTable.LockReportDot,
    };

    public static TheoryData<string> Files => [.. Reports.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void TheAcceptedReportIsTheGeneratedOne(string file)
    {
        string path = Path.Combine(TablesFolder, file);
        string expected = Reports[file].ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("VMM_ACCEPT") == "1")
        {
            File.WriteAllText(path, expected, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        }

        Assert.True(File.Exists(path), $"{path} is missing; run these tests once with VMM_ACCEPT=1.");
        Assert.Equal(expected, File.ReadAllText(path));
    }

    [Fact]
    public void EveryTableThatTakesLocksHasItsReports()
    {
        IEnumerable<string> reports = Directory.GetFiles(TablesFolder, "*.locks.*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(TablesFolder, path));

        Assert.Equal(Reports.Keys.Order(StringComparer.Ordinal), reports.Order(StringComparer.Ordinal));
    }
}
