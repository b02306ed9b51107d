using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Platform;
using VmmEngine.Snapshots;

namespace VmmEngine.FreeBsd;

/// <summary>The chips inside a VM, and their time.</summary>
/// <remarks>Any thread, except that <see cref="Dispose"/> comes when nobody is inside the VM any more.</remarks>
internal sealed class VmDevices : IDisposable
{
    private readonly VmClock? _ownClock;

    /// <summary>Makes the chips.</summary>
    /// <param name="backend">What executes the guest; null on a host without.</param>
    public VmDevices(VmBackend? backend)
    {
        _ownClock = backend?.Clock is null ? new HostClock() : null;
        Clock = backend?.Clock ?? _ownClock!;
        Chipset = new Chipset(Clock, backend?.Interrupts ?? new UnconnectedLines());
        Irqchip = Chipset.Interrupts as Irqchip;
    }

    /// <summary>The chips' time.</summary>
    public VmClock Clock { get; }

    /// <summary>The chips.</summary>
    public Chipset Chipset { get; }

    /// <summary>The interrupt controllers; null without a back end that has some.</summary>
    public Irqchip? Irqchip { get; }

    /// <summary>The battery-backed clock. It began with the VM, at 0.</summary>
    public Rtc Rtc => Chipset.Rtc;

    /// <summary>Puts the chips on the guest's bus.</summary>
    public void Map(DeviceBus bus) => Chipset.Map(bus);

    /// <summary>The machine's reset.</summary>
    public void Reset() => Chipset.Reset();

    /// <summary>The chip that a snapshot command means.</summary>
    /// <param name="request">A value of <see cref="snapshot_req"/>.</param>
    /// <returns>Null if the VM has none.</returns>
    public ISnapshotted? PartOf(int request) => request == snapshot_req.STRUCT_VRTC ? Rtc : null;

    /// <summary>After a chip's state has been restored while its clock went on: sets its lines and timers by it.</summary>
    public void Resume(int request)
    {
        if (request == snapshot_req.STRUCT_VRTC)
        {
            Rtc.Resume();
        }
    }

    /// <summary>Stops the timers.</summary>
    public void Dispose() => _ownClock?.Dispose();
}
