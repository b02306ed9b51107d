namespace VmmEngine.Platform;

/// <summary>
/// Guards the few registers of one device. A spin lock: it is held for some tens of instructions, and waiting for it neither allocates nor sleeps
/// in the kernel, which an exit must not do. Not recursive.
/// </summary>
/// <remarks>
/// Order, outermost first: a device, the interrupt controller that its line leads to, a clock. Nobody calls back a device while holding either of the
/// other two.
/// </remarks>
internal sealed class DeviceLock
{
    private int _held;

    /// <summary>Enters; disposing the result leaves.</summary>
    public Scope Hold()
    {
        if (Interlocked.CompareExchange(ref _held, 1, 0) != 0)
        {
            Wait();
        }

        return new Scope(this);
    }

    private void Wait()
    {
        SpinWait spin = default;
        do
        {
            // Never Sleep(1): the holder is done in well under a microsecond, unless the host took its processor away.
            spin.SpinOnce(sleep1Threshold: -1);
        }
        while (Volatile.Read(ref _held) != 0 || Interlocked.CompareExchange(ref _held, 1, 0) != 0);
    }

    /// <summary>The lock is held while this lives.</summary>
    public readonly ref struct Scope(DeviceLock held)
    {
        /// <summary>Leaves. The release pairs with the exchange that enters: what the holder wrote is seen by the next one.</summary>
        public void Dispose() => Volatile.Write(ref held._held, 0);
    }
}
