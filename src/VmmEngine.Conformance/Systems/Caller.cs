namespace VmmEngine.Conformance.Systems;

/// <summary>Who opens a device.</summary>
/// <param name="Uid">The user, real and effective; 0 is the superuser.</param>
/// <param name="Jail">The jail that the process is in; null for none.</param>
public sealed record Caller(uint Uid, CallerJail? Jail = null)
{
    /// <summary>The superuser, in no jail.</summary>
    public static Caller Superuser { get; } = new(0);
}

/// <summary>A jail.</summary>
/// <param name="Id">Its number.</param>
/// <param name="AllowVmm">Whether its processes may open the devices.</param>
/// <param name="AllowPassthrough">Whether they may pass PCI devices through.</param>
public sealed record CallerJail(int Id, bool AllowVmm, bool AllowPassthrough = false);
