using System.CommandLine;

namespace VmmEngine.Cli.CommandLine;

/// <summary>The option that every command has.</summary>
internal static class JsonOption
{
    public static Option<bool> Create() => new("--json") { Description = "Print JSON for programs instead of text for people." };
}
