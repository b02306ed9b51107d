using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Packaging.Tests;

/// <summary>The tool, installed from its package.</summary>
[Collection(PackedProjectsCollection.Name)]
public sealed class ToolTests(PackedProjects packed)
{
    [Fact]
    public async Task TheInstalledToolLooksIntoItself()
    {
        string directory = Path.Combine(packed.Directory, "tool");
        await DotnetCommand.RunAsync(
            packed.Directory,
            "tool", "install", "VmmEngine.Cli", "--tool-path", directory, "--version", packed.Version, "--source", packed.Feed);

        CommandResult result = await DotnetCommand.TryRunAsync(packed.Directory, Path.Combine(directory, "vmm"), "tables", "VM_GET_REGISTER");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("0xC0107615", result.Output, StringComparison.Ordinal);
    }
}
