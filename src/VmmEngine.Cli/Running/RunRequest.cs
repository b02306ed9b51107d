namespace VmmEngine.Cli.Running;

/// <summary>What stands on the command line, unchecked.</summary>
internal sealed record RunRequest(
    string? Backend, string? Bios, string? Kernel, string? CommandLine, string? Flat, string? Memory, string? Cpus, string? Serial, string? Timeout, string? MaxExits,
    string? Save, string? Restore);
