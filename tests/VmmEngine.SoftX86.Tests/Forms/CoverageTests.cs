using VmmEngine.Tests.Shared;

namespace VmmEngine.SoftX86.Tests.Selection;

/// <summary>
/// The coverage report in the repository is the one that the tables give. Accept a change by running this test with the environment variable
/// VMM_ACCEPT set to 1, which rewrites the file, and by committing the difference.
/// </summary>
public class CoverageTests
{
    private static readonly string Report = Path.Combine(RepositoryRoot.Folder, "tables", "x86", "coverage.md");

    [Fact]
    public void TheCoverageReportIsUpToDate()
    {
        string expected = "# What the software vCPU covers\n\nGenerated from the tables beside it.\n\n" + FormCoverage.Report;
        if (Environment.GetEnvironmentVariable("VMM_ACCEPT") == "1")
        {
            File.WriteAllText(Report, expected);
        }

        Assert.True(File.Exists(Report), $"{Report} is missing; run this test once with VMM_ACCEPT=1.");
        Assert.Equal(expected, File.ReadAllText(Report).ReplaceLineEndings("\n"));
    }
}
