using VmmEngine.Abi.OpenBsd;

namespace VmmEngine.OpenBsd;

/// <summary>
/// What the interface keeps of a vCPU. Belongs to the vCPU's holder, but for the state, which reports read as it is, and the wish for an interrupt,
/// which anybody sets.
/// </summary>
internal sealed class VcpuContext
{
    private uint _state = vcpu_state.VCPU_STATE_STOPPED;
    private uint _interruptWanted;
    private uint _interruptLatch;
    private vm_exit _exit;
    private StoredRegisters _stored;
    private PvClock _clock;

    /// <summary>A value of <see cref="vcpu_state"/>.</summary>
    public byte State => (byte)Volatile.Read(ref _state);

    /// <summary>The client has an interrupt and wants to hear when the guest can take it: a level, not a vector.</summary>
    public bool InterruptWanted
    {
        get => Volatile.Read(ref _interruptWanted) != 0;
        set => Interlocked.Exchange(ref _interruptWanted, value ? 1u : 0); // a full fence: the runner is kicked after it
    }

    /// <summary>Sets the wish for the run that is going on, and for the next one to find. Any thread, without a lock.</summary>
    public void RequestInterrupt(bool wanted)
    {
        Interlocked.Exchange(ref _interruptLatch, wanted ? 1u : 0);
        InterruptWanted = wanted;
    }

    /// <summary>
    /// A run's wish when it begins. The latch is looked at after the store: a request that comes between the two stores into both, so that one of them keeps it.
    /// </summary>
    public void BeginWish(bool pending, bool finds)
    {
        InterruptWanted = pending;
        if (finds && Interlocked.Exchange(ref _interruptLatch, 0) != 0)
        {
            InterruptWanted = true;
        }
    }

    /// <summary>Whether interrupts were enabled at the last exit.</summary>
    public bool InterruptReady { get; set; }

    /// <summary>Why the guest was left last, a value of <see cref="vm_exit_reason"/>: decides what of the client's answer counts.</summary>
    public ushort LastReason { get; set; } = vm_exit_reason.VM_EXIT_NONE;

    /// <summary>The device's own copy of the exit structure; a client that does not answer finds leftovers of earlier exits in it.</summary>
    public ref vm_exit Exit => ref _exit;

    /// <summary>Registers that the back end does not have.</summary>
    public ref StoredRegisters Stored => ref _stored;

    /// <summary>The guest's clock page.</summary>
    public ref PvClock Clock => ref _clock;

    /// <summary>Stopped to running; false in every other state.</summary>
    public bool TryBeginRun() =>
        Interlocked.CompareExchange(ref _state, vcpu_state.VCPU_STATE_RUNNING, vcpu_state.VCPU_STATE_STOPPED) == vcpu_state.VCPU_STATE_STOPPED;

    /// <summary>Running to stopped, or to the state that is final.</summary>
    public void EndRun(bool terminated) =>
        Volatile.Write(ref _state, terminated ? vcpu_state.VCPU_STATE_TERMINATED : vcpu_state.VCPU_STATE_STOPPED);

    /// <summary>What a reset forgets.</summary>
    public void Reset()
    {
        _exit = default;
        LastReason = vm_exit_reason.VM_EXIT_NONE;
        InterruptReady = false;
    }
}
