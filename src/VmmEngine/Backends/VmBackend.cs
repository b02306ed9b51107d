using System.Runtime.CompilerServices;
using VmmEngine.Locks;
using VmmEngine.Memory;
using VmmEngine.RunLoop;
using VmmEngine.Snapshots;

namespace VmmEngine.Backends;

/// <summary>What executes a VM's guest code: one object a VM, for everything that is not the exit path.</summary>
/// <remarks>
/// A member that takes a vCPU is called only by the thread that holds it (Frozen). Memory changes come with the memory map held exclusively and
/// every vCPU frozen. Results are 0 or a FreeBSD errno. Disposed once, when nobody is inside the VM any more.
/// </remarks>
/// <param name="request">What it is made for.</param>
public abstract unsafe class VmBackend(in BackendRequest request) : IDisposable
{
    private readonly ExitStatistics?[] _statistics = new ExitStatistics?[request.VcpuLimit];

    /// <summary>The memory of the VM's locks, which is not freed as long as the back end can be reached.</summary>
    protected VmLockMemory LockMemory { get; } = request.Memory;

    /// <summary>"kvm", "software" or "scripted".</summary>
    public abstract string Name { get; }

    /// <summary>Makes a running vCPU leave the guest soon: any thread, after the request has been posted.</summary>
    public abstract delegate*<Vcpu*, void> Kick { get; }

    /// <summary>The lines that devices pull: a <see cref="Platform.Irqchip"/> where the VM has interrupt controllers.</summary>
    public abstract Platform.InterruptController Interrupts { get; }

    /// <summary>The time of the VM's devices, where the back end makes it, which also disposes what it has made; null: the host's.</summary>
    public virtual Platform.VmClock? Clock => null;

    /// <summary>True if the guest has clocks that the back end leaves to others, who never stop them, such as a kernel's local APICs.</summary>
    public virtual bool KeepsTime => false;

    /// <summary>Shows a piece of host memory to the guest.</summary>
    /// <param name="address">Page aligned, overlapping nothing that is mapped.</param>
    /// <param name="host">Page aligned, valid until <see cref="Unmap"/>.</param>
    /// <param name="length">Bytes, whole pages.</param>
    /// <param name="protection">What the guest may do.</param>
    public abstract int Map(Gpa address, Hva host, ulong length, MemoryProtection protection);

    /// <summary>Takes back exactly what one <see cref="Map"/> showed.</summary>
    public abstract void Unmap(Gpa address, ulong length);

    /// <summary>
    /// Tells that somebody other than a vCPU has written guest memory: a back end that keeps decoded instructions drops those of these bytes.
    /// Any thread, after the write.
    /// </summary>
    public virtual void MemoryWritten(Gpa address, ulong length)
    {
    }

    /// <summary>Makes sure that the back end has the vCPU: called before its first use, and often after that.</summary>
    /// <returns>0; ENOMEM.</returns>
    public abstract int Prepare(Vcpu* vcpu);

    /// <summary>Puts a vCPU into the state after power-on, with nothing pending.</summary>
    public abstract int Reset(Vcpu* vcpu);

    /// <summary>Reads registers. A pending completion is finished first, so that what is read is the state between two instructions, unless <see cref="RegisterGroups.AtExit"/> says otherwise.</summary>
    public abstract int ReadRegisters(Vcpu* vcpu, RegisterGroups groups, ref CpuRegisters registers);

    /// <summary>Reads one general register, RIP or RFLAGS: what clients do most, so that a back end may have a shorter way than all of them.</summary>
    /// <param name="vcpu">As for <see cref="ReadRegisters"/>.</param>
    /// <param name="index">Encoding order, 0 to 15; <see cref="CpuRegisters.RipIndex"/> or <see cref="CpuRegisters.RflagsIndex"/>.</param>
    /// <param name="value">The value, if the result is 0.</param>
    public virtual int ReadGeneral(Vcpu* vcpu, int index, out ulong value)
    {
        Unsafe.SkipInit(out CpuRegisters registers);
        int error = ReadRegisters(vcpu, RegisterGroups.General, ref registers);
        value = index switch
        {
            CpuRegisters.RipIndex => registers.Rip,
            CpuRegisters.RflagsIndex => registers.Rflags,
            _ => registers.General[index],
        };
        return error;
    }

    /// <summary>Writes registers.</summary>
    /// <returns>0; EINVAL for values that no processor accepts.</returns>
    public abstract int WriteRegisters(Vcpu* vcpu, RegisterGroups groups, in CpuRegisters registers);

    /// <summary>Delivers an event at the next entry, before anything else.</summary>
    /// <returns>0; EBUSY if one is pending.</returns>
    public abstract int Inject(Vcpu* vcpu, in VcpuEvent what);

    /// <summary>Takes back the event that the guest has not taken yet: an injected one, or one whose delivery was interrupted.</summary>
    /// <returns>False if there is none.</returns>
    public abstract bool TakeEvent(Vcpu* vcpu, out VcpuEvent what);

    /// <summary>Delivers an exception at the next entry.</summary>
    /// <returns>0; EBUSY if an event is pending.</returns>
    public int InjectException(Vcpu* vcpu, byte vector, uint? errorCode) => Inject(vcpu, VcpuEvent.Exception(vector, errorCode));

    /// <summary>Latches a non-maskable interrupt. Any thread may call it; the caller posts the event.</summary>
    public abstract void InjectNmi(Vcpu* vcpu);

    /// <summary>Which of these instructions a guest finds.</summary>
    public virtual ProcessorFeatures Features => ProcessorFeatures.None;

    /// <summary>Which controls this back end knows.</summary>
    public virtual ExitControls SupportedControls => ExitControls.None;

    /// <summary>Says which of the <see cref="SupportedControls"/> hold for a vCPU from now on. None after a reset.</summary>
    /// <returns>0; EINVAL for one that is not supported.</returns>
    public virtual int Control(Vcpu* vcpu, ExitControls controls) => controls == ExitControls.None ? 0 : Abi.FreeBsd.Errno.EINVAL;

    /// <summary>The vCPU does not halt any more: the next run goes on behind its HLT.</summary>
    public abstract void EndHalt(Vcpu* vcpu);

    /// <summary>
    /// True: the back end carries out INIT and STARTUP itself. A vCPU other than the first that is run as it is after power-on waits there for another to start
    /// it; one whose registers have been written runs from them. False: they are exits of the vCPU that sends them.
    /// </summary>
    public virtual bool StartsProcessors => false;

    /// <summary>Ticks a second of the guest's time-stamp counter.</summary>
    public virtual ulong TimestampFrequency => 1_000_000_000;

    /// <summary>Runs a prepared vCPU until something is for the caller. This is the run loop of this kind of back end.</summary>
    /// <param name="vcpu">Frozen by the caller.</param>
    /// <param name="context">What the loop needs of the VM.</param>
    /// <param name="exit">The exit, if the result is <see cref="RunResult.Exit"/>; valid until the next run.</param>
    public abstract RunResult Run(Vcpu* vcpu, in RunContext context, out VcpuExit* exit);

    /// <summary>The next run executes the last exit's instruction again, as if it had not been completed.</summary>
    public abstract void Restart(Vcpu* vcpu);

    /// <summary>True if <see cref="SaveVcpu"/> and <see cref="RestoreVcpu"/> work.</summary>
    public virtual bool SavesVcpus => false;

    /// <summary>The local APIC of a prepared vCPU as a part of a snapshot; null without one. Belongs to the vCPU's holder.</summary>
    public virtual ISnapshotted? LocalApicOf(Vcpu* vcpu) => null;

    /// <summary>
    /// What is on its way between a vCPU and the interrupt controllers arrives, and an exit's instruction is finished: for every prepared vCPU, before any part of a VM is
    /// saved. No vCPU runs until all are.
    /// </summary>
    public virtual void Settle(Vcpu* vcpu)
    {
    }

    /// <summary>Writes all of a vCPU's state but its local APIC, its registers too; an exit's instruction is finished first.</summary>
    /// <exception cref="SnapshotException">This kind of back end does not save its vCPUs.</exception>
    public virtual void SaveVcpu(Vcpu* vcpu, SnapshotWriter writer) => throw NoSnapshots();

    /// <summary>Puts a prepared vCPU into a saved state. The VM's clock has its time already.</summary>
    /// <exception cref="SnapshotException">No vCPU can be in that state, or this kind of back end does not save its vCPUs.</exception>
    public virtual void RestoreVcpu(Vcpu* vcpu, SnapshotReader reader) => throw NoSnapshots();

    /// <summary>What the back end has beside its vCPUs that goes into a snapshot, by name.</summary>
    public virtual IEnumerable<KeyValuePair<string, ISnapshotted>> SnapshotParts => [];

    /// <summary>What runs with <see cref="RunFlags.Record"/> have recorded of a vCPU.</summary>
    /// <remarks>Created by the first call. Any other than the vCPU's holder reads figures that lag behind.</remarks>
    public ExitStatistics StatisticsOf(int vcpuId) =>
        Volatile.Read(ref _statistics[vcpuId])
        ?? Interlocked.CompareExchange(ref _statistics[vcpuId], new ExitStatistics(), null)
        ?? _statistics[vcpuId]!;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives everything back.</summary>
    protected abstract void Dispose(bool disposing);

    private SnapshotException NoSnapshots() => new($"the back end '{Name}' does not save the state of its vCPUs: use the software vCPU");
}

/// <summary>Why <see cref="VmBackend.Run"/> returned.</summary>
public enum RunResult
{
    /// <summary>An exit that nothing in the engine handles.</summary>
    Exit,

    /// <summary>Somebody waits for the vCPU: thaw it, and call again. The request to go idle is taken.</summary>
    Idle,

    /// <summary>The caller's budget is used up, its thread has had a signal, or the limit of <see cref="ExitStatistics"/> is reached: call again.</summary>
    Bogus,

    /// <summary>The vCPU is stopped for a debugger.</summary>
    DebugStopped,

    /// <summary>The VM is being suspended.</summary>
    Suspended,

    /// <summary>HLT, and the flags say that the caller sleeps. The vCPU stays halted: the next run returns the same until something wakes it.</summary>
    Halted,

    /// <summary>A device has thrown an exception. Back ends never return this: <see cref="FreeBsd.VcpuRunner.Run"/> throws the exception where it is free to.</summary>
    DeviceFailed,
}
