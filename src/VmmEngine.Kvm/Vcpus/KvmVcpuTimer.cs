using VmmEngine.Locks;

namespace VmmEngine.Kvm;

/// <summary>Looks after a VM's vCPUs from time to time, on a thread of the pool.</summary>
/// <remarks>A VM that nobody has destroyed must not live for its timer, nor the timer longer than it: so the timer knows it by a weak reference.</remarks>
internal abstract unsafe class KvmVcpuTimer : IDisposable
{
    private readonly VmLockMemory _memory;
    private readonly Timer _timer;

    /// <summary>Makes the timer, which stands still.</summary>
    /// <param name="memory">The locks. The vCPUs' states live until this is disposed.</param>
    private protected KvmVcpuTimer(VmLockMemory memory)
    {
        _memory = memory;
        _timer = new Timer(Tick, new WeakReference<KvmVcpuTimer>(this), Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The VM's.</summary>
    private protected VmLocks* Locks => _memory.Locks;

    /// <summary>Returns when nobody looks any more.</summary>
    public void Dispose()
    {
        using ManualResetEvent over = new(false);
        if (_timer.Dispose(over))
        {
            over.WaitOne();
        }
    }

    /// <summary>The back end's own state of a vCPU; null before it is prepared.</summary>
    private protected static KvmVcpuState* StateOf(Vcpu* vcpu) => (KvmVcpuState*)Volatile.Read(ref *(nint*)&vcpu->Backend);

    /// <summary>It is time.</summary>
    private protected abstract void Tick();

    /// <summary>From now on it is time every so often.</summary>
    private protected void Begin(TimeSpan period) => _timer.Change(period, period);

    /// <summary>The timer stands still again.</summary>
    private protected void Stop() => Begin(Timeout.InfiniteTimeSpan);

    private static void Tick(object? timer)
    {
        if (((WeakReference<KvmVcpuTimer>)timer!).TryGetTarget(out KvmVcpuTimer? self))
        {
            self.Tick();
            GC.KeepAlive(self._memory);
        }
    }
}
