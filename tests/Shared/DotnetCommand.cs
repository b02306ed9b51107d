using System.Diagnostics;

namespace VmmEngine.Tests.Shared;

/// <summary>One run of a program: its exit status and everything it printed.</summary>
internal sealed record CommandResult(int ExitCode, string Output);

/// <summary>Runs <c>dotnet</c>, and the programs that it builds, as somebody at a prompt would.</summary>
internal static class DotnetCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Runs dotnet and expects success.</summary>
    public static async Task<string> RunAsync(string directory, params string[] arguments)
    {
        CommandResult result = await TryRunAsync(directory, "dotnet", arguments);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} ended with {result.ExitCode}:\n{result.Output}");
    }

    /// <summary>Runs a program to its end, whatever that is.</summary>
    public static async Task<CommandResult> TryRunAsync(string directory, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // The test host's own build must not reach into this one, and no build server may outlive the test.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";

        // Known vulnerabilities are asked for over the network. What a package source does not answer must not decide a test.
        start.Environment["NuGetAudit"] = "false";

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource patience = new(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Patience}.");
        }

        return new CommandResult(process.ExitCode, await output + await error);
    }
}
