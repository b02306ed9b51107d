namespace VmmEngine.Conformance.Systems;

/// <summary>Who opens a device.</summary>
/// <param name="Uid">The user, real and effective; 0 is the superuser.</param>
/// <param name="Jail">The jail that the process is in; null for none.</param>
public sealed record Caller(uint Uid, CallerJail? Jail = null)
{
    /// <summary>The process's number, where the interface looks at it.</summary>
    public int ProcessId { get; init; } = 1000;

    /// <summary>What the process has promised to restrict itself to; null if it has promised nothing.</summary>
    public CallerPromises? Promises { get; init; }

    /// <summary>The superuser, in no jail.</summary>
    public static Caller Superuser { get; } = new(0);
}

/// <summary>A jail.</summary>
/// <param name="Id">Its number.</param>
/// <param name="AllowVmm">Whether its processes may open the devices.</param>
/// <param name="AllowPassthrough">Whether they may pass PCI devices through.</param>
public sealed record CallerJail(int Id, bool AllowVmm, bool AllowPassthrough = false);

/// <summary>What a process may still do after its promises (OpenBSD's pledge).</summary>
[Flags]
public enum CallerPromises
{
    /// <summary>None of these.</summary>
    None = 0,

    /// <summary>Using VMs.</summary>
    Vmm = 1,

    /// <summary>Controlling processes.</summary>
    Proc = 2,

    /// <summary>What it may not do is answered with an error, not with its end.</summary>
    Error = 4,
}
