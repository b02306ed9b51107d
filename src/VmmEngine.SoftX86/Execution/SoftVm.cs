using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Memory;
using VmmEngine.Platform;
using VmmEngine.RunLoop;
using VmmEngine.Snapshots;

namespace VmmEngine.SoftX86;

/// <summary>The software back end of one VM: works on any machine, and needs nothing.</summary>
public sealed unsafe class SoftVm : VmBackend, IApicHost
{
    internal const string BackendName = "software";

    private readonly VmLocks* _locks;
    private readonly SoftOptions _options;
    private readonly PhysicalMap* _memory;
    private readonly CodeMap* _code;
    private readonly SoftProcessor?[] _processors;
    private readonly PcIrqchip _irqchip;
    private readonly VmClock _clock;
    private readonly CpuidChange[] _cpuidChanges;
    private readonly bool _hasApic;
    private GCHandle _handle;
    private bool _firstLeavesForOthers;

    private SoftVm(in BackendRequest request, SoftOptions options, PhysicalMap* memory)
        : base(in request)
    {
        VmLocks* locks = request.Locks;
        _cpuidChanges = GC.AllocateArray<CpuidChange>(request.Processor.Cpuid.Count, pinned: true);
        request.Processor.Cpuid.ToArray().CopyTo(_cpuidChanges, 0);
        _hasApic = request.Processor.HasLocalApic;
        _locks = locks;
        _options = options;
        _memory = memory;
        _code = CodeMap.Create(locks->VcpuLimit);
        _processors = new SoftProcessor?[locks->VcpuLimit];
        _clock = options.Clock ?? new HostClock();
        _irqchip = new PcIrqchip(locks->VcpuLimit, _clock, this);
        _handle = GCHandle.Alloc(this, GCHandleType.Weak);
    }

    /// <inheritdoc/>
    public override string Name => BackendName;

    /// <inheritdoc/>
    public override delegate*<Vcpu*, void> Kick => &KickVcpu;

    /// <inheritdoc/>
    public override InterruptController Interrupts => _irqchip;

    /// <inheritdoc/>
    public override VmClock? Clock => _clock;

    /// <summary>Makes the back end of a VM.</summary>
    /// <exception cref="BackendUnavailableException">More vCPUs are asked for than the back end can keep apart.</exception>
    /// <exception cref="OutOfMemoryException">The host has no memory.</exception>
    internal static SoftVm Create(in BackendRequest request, SoftOptions options)
    {
        if (request.VcpuLimit > CodeMap.MaximumVcpus)
        {
            throw new BackendUnavailableException(
                $"The software back end runs at most {CodeMap.MaximumVcpus} vCPUs in a VM, and {request.VcpuLimit} are asked for: ask for fewer.");
        }

        PhysicalMap* memory = PhysicalMap.Create();
        if (memory == null)
        {
            throw new InsufficientMemoryException();
        }

        try
        {
            return new SoftVm(in request, options, memory);
        }
        catch (OutOfMemoryException)
        {
            PhysicalMap.Free(memory);
            throw;
        }
    }

    /// <inheritdoc/>
    public override int Map(Gpa address, Hva host, ulong length, MemoryProtection protection)
    {
        int error = PhysicalMap.Map(_memory, address.Value, host.Bytes, length, protection);
        ForgetTranslations();
        return error;
    }

    /// <inheritdoc/>
    public override void Unmap(Gpa address, ulong length)
    {
        PhysicalMap.Unmap(_memory, address.Value, length);
        ForgetTranslations();
    }

    /// <inheritdoc/>
    public override void MemoryWritten(Gpa address, ulong length)
    {
        if (length != 0)
        {
            CodePages.WrittenFromOutside(_code, address.Value, length);
        }
    }

    /// <inheritdoc/>
    public override int Prepare(Vcpu* vcpu)
    {
        if (vcpu->Backend != null)
        {
            return 0;
        }

        try
        {
            var processor = new SoftProcessor(vcpu, _options, _memory, _code, GCHandle.ToIntPtr(_handle), _irqchip, _cpuidChanges, _hasApic);
            _processors[vcpu->Id] = processor;
            vcpu->Backend = processor.Cpu;
            vcpu->LeaveByte = (byte*)&processor.Cpu->Attention;

            // From here on the other vCPUs tell this one what they write.
            Volatile.Write(ref *(nint*)&_code->Cpus[vcpu->Id], (nint)processor.Cpu);
            return 0;
        }
        catch (OutOfMemoryException)
        {
            return Errno.ENOMEM;
        }
    }

    /// <inheritdoc/>
    public override int Reset(Vcpu* vcpu)
    {
        ProcessorOf(vcpu).Reset();
        return 0;
    }

    /// <inheritdoc/>
    public override int ReadRegisters(Vcpu* vcpu, RegisterGroups groups, ref CpuRegisters registers)
    {
        SoftProcessor processor = ProcessorOf(vcpu);
        processor.FinishExit();
        RegisterFile.Read(processor.Cpu, groups, ref registers);
        return 0;
    }

    /// <inheritdoc/>
    public override int ReadGeneral(Vcpu* vcpu, int index, out ulong value)
    {
        Cpu* cpu = (Cpu*)vcpu->Backend;
        if (cpu->Completion != null || index > CpuRegisters.RipIndex)
        {
            return ReadGeneralSlowly(vcpu, index, out value);
        }

        value = index == CpuRegisters.RipIndex ? cpu->Rip : cpu->General[index];
        return 0;
    }

    /// <inheritdoc/>
    public override int WriteRegisters(Vcpu* vcpu, RegisterGroups groups, in CpuRegisters registers)
    {
        SoftProcessor processor = ProcessorOf(vcpu);
        processor.FinishExit();
        if (!RegisterFile.TryWrite(processor.Cpu, groups, in registers))
        {
            return Errno.EINVAL;
        }

        if ((groups & RegisterGroups.System) != 0)
        {
            processor.Apic.LoadBase(registers.ApicBase);
        }

        return 0;
    }

    /// <inheritdoc/>
    public override int Inject(Vcpu* vcpu, in VcpuEvent what) => InjectedEvent.TrySet(ProcessorOf(vcpu).Cpu, in what) ? 0 : Errno.EBUSY;

    /// <inheritdoc/>
    public override bool TakeEvent(Vcpu* vcpu, out VcpuEvent what) => InjectedEvent.TryTake(ProcessorOf(vcpu).Cpu, out what);

    /// <inheritdoc/>
    public override void InjectNmi(Vcpu* vcpu) => Interlocked.Or(ref ((Cpu*)vcpu->Backend)->Events, (uint)PendingEvents.Nmi);

    /// <inheritdoc/>
    public override RunResult Run(Vcpu* vcpu, in RunContext context, out VcpuExit* exit)
    {
        SoftProcessor processor = ProcessorOf(vcpu);
        processor.BeginRun(context.Budget, context.Flags);
        return RunLoop<SoftVcpu>.Run(vcpu, processor.View, in context, StatisticsOf(vcpu->Id), out exit);
    }

    /// <inheritdoc/>
    public override ProcessorFeatures Features => ProcessorFeatures.Rdtscp;

    /// <inheritdoc/>
    public override ExitControls SupportedControls =>
        ExitControls.SingleStep | ExitControls.Pause | ExitControls.Breakpoint | ExitControls.HoldInterrupts | ExitControls.InterruptWindow;

    /// <inheritdoc/>
    public override int Control(Vcpu* vcpu, ExitControls controls)
    {
        ProcessorOf(vcpu).Control(controls);
        return 0;
    }

    /// <inheritdoc/>
    public override ulong TimestampFrequency => TimeStamp.Frequency;

    /// <inheritdoc/>
    public override void EndHalt(Vcpu* vcpu) => ProcessorOf(vcpu).EndHalt();

    /// <inheritdoc/>
    public override bool SavesVcpus => true;

    /// <inheritdoc/>
    public override void SaveVcpu(Vcpu* vcpu, SnapshotWriter writer) => ProcessorOf(vcpu).Save(writer);

    /// <inheritdoc/>
    public override void RestoreVcpu(Vcpu* vcpu, SnapshotReader reader) => ProcessorOf(vcpu).Restore(reader);

    /// <inheritdoc/>
    public override ISnapshotted? LocalApicOf(Vcpu* vcpu) => _irqchip.Apics[vcpu->Id];

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, ISnapshotted>> SnapshotParts => [new("interrupt controllers", _irqchip)];

    /// <inheritdoc/>
    public override void Restart(Vcpu* vcpu) => ProcessorOf(vcpu).Restart();

    /// <summary>
    /// Whether vCPU 0 leaves its run when something comes for another vCPU: for one thread that runs them all, and sleeps as vCPU 0. What has come before this
    /// was set, the other vCPU's next run finds.
    /// </summary>
    public bool FirstLeavesForOthers
    {
        get => Volatile.Read(ref _firstLeavesForOthers);
        set => Volatile.Write(ref _firstLeavesForOthers, value);
    }

    /// <summary>Guest instructions that a vCPU has completed since it was made; 0 of a VM that is gone. Any thread; while the vCPU runs, the figure lags behind.</summary>
    public ulong InstructionsOf(int vcpuId)
    {
        using GateVisit visit = LockMemory.Visit();
        return visit.IsInside && _processors[vcpuId] is { } processor ? Volatile.Read(ref processor.Cpu->Instructions) : 0;
    }

    /// <summary>
    /// How often guest code came up that is not implemented, and raised #UD: by the number of Iced's Code. Counted when code is decoded.
    /// </summary>
    public ReadOnlySpan<ulong> UncoveredOf(int vcpuId) => _processors[vcpuId] is { } processor ? processor.Uncovered : default;

    /// <inheritdoc/>
    void IApicHost.Notify(int vcpu)
    {
        using GateVisit visit = LockMemory.Visit();
        if (visit.IsInside)
        {
            Announce(_locks->Vcpus + vcpu);
        }
    }

    /// <inheritdoc/>
    void IApicHost.RaiseNmi(int vcpu)
    {
        using GateVisit visit = LockMemory.Visit();
        if (!visit.IsInside)
        {
            return;
        }

        // As the command does: the flag keeps it for a vCPU that is not prepared yet.
        Vcpu* target = _locks->Vcpus + vcpu;
        VcpuSets<ProcessorAtomics>.TryAdd(VcpuFlags.NmiLatched, target);
        if (Volatile.Read(ref *(nint*)&target->Backend) != 0 && VcpuSets<ProcessorAtomics>.TryRemove(VcpuFlags.NmiLatched, target))
        {
            InjectNmi(target);
        }

        Announce(target);
    }

    /// <inheritdoc/>
    bool IApicHost.IsActive(int vcpu) => VcpuSets<ProcessorAtomics>.Contains(VcpuFlags.Active, _locks->Vcpus + vcpu);

    /// <inheritdoc/>
    ulong IApicHost.TimeStamp(int vcpu) => TimeStamp.Read(_processors[vcpu]!.Cpu);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!_handle.IsAllocated)
        {
            return;
        }

        if (_options.Clock is null)
        {
            _clock.Dispose();
        }

        foreach (SoftProcessor? processor in _processors)
        {
            processor?.Dispose();
        }

        CodeMap.Destroy(_code);
        PhysicalMap.Free(_memory);
        _handle.Free();
    }

    // Any thread. The request is posted already, and whoever leaves guest code looks for it.
    private static void KickVcpu(Vcpu* vcpu) => Volatile.Write(ref ((Cpu*)vcpu->Backend)->Attention, 1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int ReadGeneralSlowly(Vcpu* vcpu, int index, out ulong value)
    {
        SoftProcessor processor = ProcessorOf(vcpu);
        processor.FinishExit();
        value = RegisterFile.ReadGeneral(processor.Cpu, index);
        return 0;
    }

    // The post is a full fence, and so is the entry of the vCPU's next run: either that finds the event, or it is seen here who sleeps.
    private void Announce(Vcpu* target)
    {
        VcpuLocks<ProcessorAtomics>.Post(ref *_locks, target, VcpuRequests.Event);
        if (target->Id != 0 && FirstLeavesForOthers)
        {
            VcpuLocks<ProcessorAtomics>.Post(ref *_locks, _locks->Vcpus, VcpuRequests.Idle);
        }
    }

    private SoftProcessor ProcessorOf(Vcpu* vcpu) => _processors[vcpu->Id]!;

    private void ForgetTranslations()
    {
        foreach (SoftProcessor? processor in _processors)
        {
            processor?.ForgetTranslations();
        }
    }
}
