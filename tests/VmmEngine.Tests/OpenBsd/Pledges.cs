using VmmEngine.Devices;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>Promises that processes are known to make.</summary>
internal static class Pledges
{
    /// <summary>The process that manages all VMs.</summary>
    public const Promises Manager = Promises.Vmm | Promises.Proc;

    /// <summary>A process that runs the one VM it has created.</summary>
    public const Promises Runner = Promises.Vmm;
}
