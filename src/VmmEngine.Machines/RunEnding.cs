using System.Runtime.ExceptionServices;

namespace VmmEngine.Machines;

/// <summary>How a run ends: whoever says it first decides, and everybody else stops.</summary>
internal sealed class RunEnding(GuestVm vm)
{
    private Reason? _reason;
    private ExceptionDispatchInfo? _failure;
    private bool _isPaused;
    private bool _isEnded;
    private bool _isStopped;

    /// <summary>Why; null while the run goes on.</summary>
    public Reason? Current => Volatile.Read(ref _reason);

    /// <summary>Somebody has stopped the run, or its time is over: perhaps only after the guest had ended it.</summary>
    public bool IsStopped => Volatile.Read(ref _isStopped);

    /// <summary>Nobody is to enter the guest: the run has ended, or makes a pause.</summary>
    public bool HoldsGuest => Volatile.Read(ref _isPaused) || Current is not null;

    /// <summary>Makes every vCPU stop until <see cref="GoOn"/>. Any thread; waits for nothing.</summary>
    public void Pause()
    {
        Volatile.Write(ref _isPaused, true);
        vm.Pause();
    }

    /// <summary>Ends a pause. A run that has ended meanwhile stays so.</summary>
    public void GoOn()
    {
        Volatile.Write(ref _isPaused, false);
        vm.Resume();
    }

    /// <summary>Ends the run unless somebody has. Any thread, also a vCPU's in the middle of a device's access: it waits for nothing.</summary>
    public void End(MachineEnd end, string detail, uint status = 0)
    {
        if (end is MachineEnd.Stopped or MachineEnd.TimedOut)
        {
            Volatile.Write(ref _isStopped, true);
        }

        if (!TryGive(new Reason(end, status, detail)))
        {
            return;
        }

        try
        {
            vm.Pause();
        }
        finally
        {
            Volatile.Write(ref _isEnded, true);
        }
    }

    /// <summary>
    /// The run is over. Whoever ends it from now on does nothing, and who has begun to is waited for: a pause that came later would hit the machine's
    /// next run, or a machine that is gone.
    /// </summary>
    public void Close()
    {
        if (!TryGive(new Reason(MachineEnd.Failed, 0, "the run was given up")))
        {
            SpinWait.SpinUntil(() => Volatile.Read(ref _isEnded));
        }
    }

    /// <summary>Ends the run with an exception that a device of the owner's has thrown; of several, the first one is kept.</summary>
    public void Fail(Exception failure)
    {
        Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(failure), null);
        End(MachineEnd.Failed, "a device has thrown an exception");
    }

    /// <summary>Hands <see cref="Fail"/>'s exception to whoever has started the run. When no vCPU runs any more.</summary>
    public void ThrowFailure() => _failure?.Throw();

    /// <summary>Ends the run because nothing can wake a vCPU any more.</summary>
    public void EndHalted() => End(MachineEnd.Halted, "every vCPU halted with interrupts disabled");

    private bool TryGive(Reason reason) => Interlocked.CompareExchange(ref _reason, reason, null) is null;

    /// <summary>An ending.</summary>
    internal sealed record Reason(MachineEnd End, uint Status, string Detail);
}
