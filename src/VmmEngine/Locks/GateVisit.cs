namespace VmmEngine.Locks;

/// <summary>
/// Inside a VM's gate for a moment, for a thread that may be anybody's: one that raises interrupts for a device comes by no call, also while the VM is
/// destroyed and afterwards. Inside, the vCPUs and what their back end has of them stay.
/// </summary>
/// <remarks>Never waits. Destroying the VM waits for the end of the visit, so it must be short; a thread that is inside already may visit too.</remarks>
public readonly unsafe ref struct GateVisit : IDisposable
{
    private readonly VmLockMemory _memory;
    private readonly CallerLine* _line;

    internal GateVisit(VmLockMemory memory)
    {
        _memory = memory;
        _line = memory.RentLine();
        IsInside = SlotLocks<ProcessorAtomics>.TryEnterShared(ref memory.Locks->Gate, ref _line->Gate);
    }

    /// <summary>False once the VM is being destroyed: there is nothing to visit any more.</summary>
    public bool IsInside { get; }

    /// <summary>Leaves.</summary>
    public void Dispose()
    {
        if (IsInside)
        {
            SlotLocks<ProcessorAtomics>.ExitShared(ref _memory.Locks->Gate, ref _line->Gate);
        }

        LockMemory.ReturnLine(_line);
        GC.KeepAlive(_memory);
    }
}
