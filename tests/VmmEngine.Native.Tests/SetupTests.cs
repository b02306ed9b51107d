using VmmEngine.Native.Tests.Library;
using VmmEngine.Native.Tests.Programs;
using VmmEngine.Tests.Shared;

namespace VmmEngine.Native.Tests;

/// <summary>What somebody who starts a program gets wrong is said.</summary>
[Collection(InstalledLibraryCollection.Name)]
public sealed class SetupTests(InstalledLibrary library)
{
    private const int UsageStatus = 64;
    private const int NotFoundStatus = 127;

    private string Wrapper => Path.Combine(library.Prefix, "bin", "vmmrun");

    [ClientFact]
    public async Task AnOptionThatThereIsNotIsInTheLog()
    {
        CommandResult result = await RunAsync("env", "VMMENGINE_LOG=stderr", "VMMENGINE_BACKEND=xen", Wrapper, "cat", "/dev/vmmctl");

        Assert.Contains("VMMENGINE_BACKEND=xen is ignored", result.Output, StringComparison.Ordinal);
    }

    [ClientFact]
    public async Task TheWrapperExplainsItself()
    {
        CommandResult help = await RunAsync(Wrapper, "--help");
        CommandResult option = await RunAsync(Wrapper, "--backend");
        CommandResult missing = await RunAsync(Wrapper, "/no/such/program");

        Assert.Equal(0, help.ExitCode);
        Assert.StartsWith("usage:", help.Output, StringComparison.Ordinal);
        Assert.Equal(UsageStatus, option.ExitCode);
        Assert.Equal(NotFoundStatus, missing.ExitCode);
        Assert.StartsWith("vmmrun: /no/such/program:", missing.Output, StringComparison.Ordinal);
    }

    private static Task<CommandResult> RunAsync(string program, params string[] arguments) =>
        DotnetCommand.TryRunAsync(Path.GetTempPath(), program, arguments);
}
