using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Platform;
using VmmEngine.Snapshots;

namespace VmmEngine.FreeBsd;

/// <summary>The chips that the interface has commands for. A chip is made when a command first needs it: a clock with timers costs a thread.</summary>
/// <remarks>Any thread, except that <see cref="Dispose"/> comes when nobody is inside the VM any more.</remarks>
internal sealed class VmDevices(VmBackend? backend) : IDisposable
{
    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private readonly HostClock _clock = new();
    private readonly Lock _lock = new();
    private Rtc? _rtc;

    /// <summary>The battery-backed clock. It began with the VM, at 0.</summary>
    public Rtc Rtc => Volatile.Read(ref _rtc) ?? MakeRtc();

    /// <summary>The machine's reset.</summary>
    public void Reset() => Volatile.Read(ref _rtc)?.Reset();

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
    public void Dispose() => _clock.Dispose();

    private Rtc MakeRtc()
    {
        lock (_lock)
        {
            _rtc ??= new Rtc(_clock, backend?.Interrupts ?? new UnconnectedLines(), (long)(_clock.Now / NanosecondsPerSecond));
            return _rtc;
        }
    }
}
