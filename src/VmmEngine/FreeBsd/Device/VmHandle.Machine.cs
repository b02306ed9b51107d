using VmmEngine.Bus;
using VmmEngine.Platform;

namespace VmmEngine.FreeBsd;

/// <content>What the VM is made of, for the program that embeds it.</content>
public sealed unsafe partial class VmHandle
{
    /// <summary>The devices inside the engine. They may be added while the guest runs; any thread.</summary>
    public DeviceBus Bus => Vm.Bus;

    /// <summary>The lines that devices pull; null on a host without a back end.</summary>
    public InterruptController? Interrupts => Vm.Backend?.Interrupts;

    /// <summary>The chips inside the VM.</summary>
    public Chipset Chipset => Vm.Devices.Chipset;

    /// <summary>The chips' time.</summary>
    public VmClock Clock => Vm.Devices.Clock;

    /// <summary>"kvm", "software" or "scripted"; null on a host without a back end.</summary>
    public string? BackendName => Vm.Backend?.Name;

    /// <summary>A way to run one vCPU without the command's exit structure. Dispose it when the vCPU is no longer run this way.</summary>
    /// <param name="vcpuId">Which; it need not exist yet.</param>
    public VcpuRunner CreateRunner(int vcpuId) => new(this, vcpuId);

    /// <summary>An entrance for one thread at a time.</summary>
    internal VmCall RentCall() => new(Vm, Vm.LockMemory.RentLine(), _credential);
}
