using VmmEngine.Backends;
using VmmEngine.Platform;

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
