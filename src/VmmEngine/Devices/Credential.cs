namespace VmmEngine.Devices;

/// <summary>On whose behalf a device is opened and used: the part of a process that the two interfaces look at.</summary>
/// <remarks>FreeBSD's device looks at user ids and jail, OpenBSD's at process id and promises.</remarks>
public sealed record Credential
{
    /// <summary>The superuser, in no jail, with no promises made, as this process.</summary>
    public static Credential Superuser { get; } = new();

    /// <summary>Real user id: whose VMs count against the per-user limit.</summary>
    public uint RealUid { get; init; }

    /// <summary>Effective user id; 0 is the superuser.</summary>
    public uint EffectiveUid { get; init; }

    /// <summary>The jail that the process is in; null for none.</summary>
    public Jail? Jail { get; init; }

    /// <summary>Process id.</summary>
    public int ProcessId { get; init; } = Environment.ProcessId;

    /// <summary>The promises the process has pledged itself to; null if it has made none and may do anything.</summary>
    public Promises? Pledge { get; init; }

    /// <summary>True for the superuser.</summary>
    public bool IsSuperuser => EffectiveUid == 0;
}

/// <summary>A FreeBSD jail, by its number and the two permissions that the device looks at.</summary>
/// <param name="Id">The jail's number.</param>
/// <param name="AllowVmm">The jail may open the devices.</param>
/// <param name="AllowPassthrough">The jail may pass PCI devices through.</param>
public sealed record Jail(int Id, bool AllowVmm = false, bool AllowPassthrough = false);

/// <summary>The promises of OpenBSD's pledge(2) that decide over the device.</summary>
[Flags]
public enum Promises
{
    /// <summary>None of these.</summary>
    None = 0,

    /// <summary>Using VMs.</summary>
    Vmm = 1,

    /// <summary>Controlling processes; with it a process manages all VMs.</summary>
    Proc = 2,

    /// <summary>A refused call answers ENOSYS instead of ending the process.</summary>
    Error = 4,
}
