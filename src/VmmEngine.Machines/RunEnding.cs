namespace VmmEngine.Machines;

/// <summary>How a run ends: whoever says it first decides, and everybody else stops.</summary>
internal sealed class RunEnding(GuestVm vm)
{
    private Reason? _reason;

    /// <summary>Why; null while the run goes on.</summary>
    public Reason? Current => Volatile.Read(ref _reason);

    /// <summary>Ends the run unless somebody has. Any thread, also a vCPU's in the middle of a device's access: it waits for nothing.</summary>
    public void End(MachineEnd end, string detail, uint status = 0)
    {
        if (Interlocked.CompareExchange(ref _reason, new Reason(end, status, detail), null) is null)
        {
            vm.Pause();
        }
    }

    /// <summary>Ends the run because nothing can wake a vCPU any more.</summary>
    public void EndHalted() => End(MachineEnd.Halted, "every vCPU halted with interrupts disabled");

    /// <summary>An ending.</summary>
    internal sealed record Reason(MachineEnd End, uint Status, string Detail);
}
