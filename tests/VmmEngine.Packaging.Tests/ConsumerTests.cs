using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Packaging.Tests;

/// <summary>Somebody else's project with somebody else's table (tests/Consumer), built from the packed files only.</summary>
[Collection(PackedProjectsCollection.Name)]
public sealed class ConsumerTests(PackedProjects packed)
{
    private const string BrokenRow = "COUNTER_ADD       1  IOWR  counter_add    LOCK_ONE_VCPUS                Add";

    [Fact]
    public async Task AStrangersTableBuildsAndRuns()
    {
        string directory = CopyConsumer("runs");
        CommandResult build = await TryBuildAsync(directory);
        Assert.True(build.ExitCode == 0, build.Output);

        CommandResult result = await DotnetCommand.TryRunAsync(directory, "dotnet", Path.Combine("out", "Consumer.dll"));

        Assert.Equal(
            """
            add: error 0, value 40
            add: error 0, value 2
            total: error 0, value 42
            no such vcpu: error 22, value 0
            forget: error 78, value 0
            unknown: error 25, value 0
            reset: error 0, value 0
            total: error 0, value 0

            """,
            result.Output);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task AStrangersBrokenRowIsReportedAtItsOwnLine()
    {
        string directory = CopyConsumer("broken");
        string table = Path.Combine(directory, "counter.ioctls");
        string[] lines = await File.ReadAllLinesAsync(table);
        int row = Array.FindIndex(lines, line => line.StartsWith("COUNTER_ADD ", StringComparison.Ordinal));
        lines[row] = BrokenRow;
        await File.WriteAllLinesAsync(table, lines);

        CommandResult result = await TryBuildAsync(directory);

        int column = BrokenRow.IndexOf("LOCK_ONE_VCPUS", StringComparison.Ordinal) + 1;
        Assert.NotEqual(0, result.ExitCode);
        Assert.Matches($@"counter\.ioctls\({row + 1},{column}[,\d]*\): error VMM\d+: ", result.Output);
        Assert.Contains("LOCK_ONE_VCPU", result.Output.Replace("LOCK_ONE_VCPUS", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private async Task<CommandResult> TryBuildAsync(string directory) => await DotnetCommand.TryRunAsync(
        directory, "dotnet", ["build", "-c", "Release", "-o", "out", .. packed.BuildProperties]);

    /// <summary>Copies the project, without what earlier builds in place left there, next to the feed that it names.</summary>
    private string CopyConsumer(string name)
    {
        string target = Directory.CreateDirectory(Path.Combine(packed.Directory, name)).FullName;
        foreach (string file in Directory.GetFiles(Path.Combine(Repository.Root, "tests", "Consumer")))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        Directory.CreateSymbolicLink(Path.Combine(target, "feed"), packed.Feed);
        return target;
    }
}
