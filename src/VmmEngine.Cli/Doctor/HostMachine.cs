namespace VmmEngine.Cli.Doctor;

/// <summary>Where the doctor looks. Tests name other places.</summary>
/// <param name="KvmDevice">The KVM device node.</param>
/// <param name="SystemDirectory">Mount point of sysfs.</param>
/// <param name="ProcessDirectory">Mount point of procfs.</param>
/// <param name="SearchPath">Directories of executables, separated by colons.</param>
internal sealed record HostMachine(string KvmDevice, string SystemDirectory, string ProcessDirectory, string SearchPath)
{
    /// <summary>The machine that this process runs on.</summary>
    public static HostMachine Local { get; } = new("/dev/kvm", "/sys", "/proc", Environment.GetEnvironmentVariable("PATH") ?? "");
}
