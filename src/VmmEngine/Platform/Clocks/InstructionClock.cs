namespace VmmEngine.Platform;

/// <summary>
/// Time that guest instructions make: one nanosecond each. Whoever runs the vCPUs advances it, runs no further than <see cref="VmClock.NextDeadline"/>,
/// and skips the wait when every vCPU is halted. Two runs of a guest see the same times, however fast the host is.
/// </summary>
/// <remarks>Advanced by one thread; read by any.</remarks>
public sealed class InstructionClock : VmClock
{
    private ulong _now;

    /// <inheritdoc/>
    public override ulong Now => Volatile.Read(ref _now);

    /// <summary>One microsecond, which is a thousand instructions: the guest gets somewhere between two interrupts.</summary>
    public override ulong MinimumPeriod => 1_000;

    private protected override void SetNow(ulong now) => Volatile.Write(ref _now, now);

    /// <summary>Lets instructions pass, and fires the timers whose deadlines are reached on this thread.</summary>
    /// <param name="instructions">How many the guest has executed since the last call.</param>
    public void Advance(ulong instructions)
    {
        ulong now = _now + instructions;
        Volatile.Write(ref _now, now);
        if (now >= NextDeadline)
        {
            Fire(now);
        }
    }

    /// <summary>Nobody executes anything until a timer fires: makes it so.</summary>
    /// <returns>False if no timer is armed for a time that anybody lives to see, and so nothing inside the VM can end the wait.</returns>
    public bool JumpToDeadline()
    {
        ulong deadline = NextDeadline;
        if (deadline > Moments.Farthest)
        {
            return false;
        }

        ulong now = _now;
        Advance(deadline > now ? deadline - now : 0);
        return true;
    }
}
