using VmmEngine.Abi.OpenBsd;
using VmmEngine.Backends;
using VmmEngine.Devices;

namespace VmmEngine.OpenBsd;

/// <summary>How an <see cref="OpenBsdHost"/> is set up. The defaults are upstream's.</summary>
public sealed record OpenBsdOptions
{
    /// <summary>The revisions spoken.</summary>
    public Revisions Revisions { get; init; } = Revisions.Baseline;

    /// <summary>Where upstream's behaviour may be departed from.</summary>
    public OpenBsdQuirks Quirks { get; init; } = new();

    /// <summary>
    /// What executes guests; null for a host whose VMs have no memory and do not run: commands that need it answer EIO. The interface has no
    /// interrupt controller, so on KVM its back end must have none either (KvmOptions.KernelIrqchip off).
    /// </summary>
    public BackendFactory? BackendFactory { get; init; }

    /// <summary>vCPUs of all VMs together, those being terminated included.</summary>
    public int VcpuLimit { get; init; } = vmm_limits.VMM_MAX_VCPUS;

    /// <summary>The highest VPID, 1 to <see cref="VpidPool.HighestId"/>.</summary>
    public int VpidMaximum { get; init; } = VpidPool.HighestId;

    /// <summary>Where the memory that a client offers as a baseline VM's may lie.</summary>
    public UserAddresses UserAddresses { get; init; } = UserAddresses.OfThisHost;

    /// <summary>
    /// Ends a VM with the last close of the open file it was created through. Upstream's VMs outlive descriptor and process; this is for
    /// clients that must leave nothing behind.
    /// </summary>
    public bool CloseTerminatesVms { get; init; }

    /// <summary>The processor's virtualization; null if there is nothing to switch.</summary>
    public IVirtualization? Virtualization { get; init; }

    /// <summary>
    /// Called where upstream kills a process because it broke its promises. The call itself then answers EPERM, which on OpenBSD nobody
    /// lives to see. Runs on the calling thread, possibly inside the device: it must not throw, nor call the host.
    /// </summary>
    public Action<Credential>? KillProcess { get; init; }
}
