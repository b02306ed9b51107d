using System.Runtime.CompilerServices;
using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Platform;

namespace VmmEngine.FreeBsd;

/// <summary>The chips inside a VM, and their time.</summary>
/// <remarks>Any thread, except that <see cref="Dispose"/> comes when nobody is inside the VM any more.</remarks>
internal sealed class VmDevices : IDisposable
{
    private readonly VmClock? _ownClock;
    private bool _awaitsRun;

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

    /// <summary>A chip has been restored, others may follow: until a vCPU runs no timer fires into a controller that is not the one it was saved with.</summary>
    /// <remarks>Every vCPU is frozen, and timers are held.</remarks>
    public void AwaitRun()
    {
        Volatile.Write(ref _awaitsRun, true);
        Clock.StopTimers();
    }

    /// <summary>Before a run: the controllers hear of levels that they do not know, and timers fire.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeginRun()
    {
        if (Volatile.Read(ref _awaitsRun))
        {
            GoOn();
        }
    }

    /// <summary>Stops the timers.</summary>
    public void Dispose() => _ownClock?.Dispose();

    // Two vCPUs that run at once may both come here: the second one finds nothing to do.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void GoOn()
    {
        Chipset.TellLevels();
        Clock.StartTimers();
        Volatile.Write(ref _awaitsRun, false);
    }
}
