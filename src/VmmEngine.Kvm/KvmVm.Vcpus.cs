using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.RunLoop;

namespace VmmEngine.Kvm;

/// <content>The vCPUs.</content>
internal sealed unsafe partial class KvmVm
{
    /// <inheritdoc/>
    public override int Prepare(Vcpu* vcpu)
    {
        if (vcpu->Backend != null)
        {
            return 0;
        }

        KvmVcpuState* state = (KvmVcpuState*)NativeMemory.AllocZeroed((nuint)sizeof(KvmVcpuState));
        vcpu->Backend = state;
        state->Id = vcpu->Id;
        state->HasApic = _kernelIrqchip ? 1u : 0;
        state->Vm = _descriptor;
        state->Descriptor = -1;
        state->Counters = vcpu->Counters;
        state->Restricted = _memory.Restricted;
        state->Exit.Reason = ExitReason.Interrupted;
        if (TryCreate(state, vcpu->Id))
        {
            vcpu->LeaveByte = &state->Run->immediate_exit;
            return 0;
        }

        CloseVcpu(vcpu);
        return Errno.ENOMEM;
    }

    /// <inheritdoc/>
    public override int Reset(Vcpu* vcpu)
    {
        KvmVcpuState* state = State(vcpu);
        KvmCompletion.Finish(state);
        state->Work = _kernelIrqchip ? KvmWork.External : KvmWork.None; // what the 8259s have they still have
        KvmDebugging.Set(state, ExitControls.None);
        state->Exit.Reason = ExitReason.Interrupted;
        Volatile.Write(ref state->NmiLatched, 0);
        return TryPowerOn(state) ? 0 : Errno.EINVAL;
    }

    /// <inheritdoc/>
    public override int ReadRegisters(Vcpu* vcpu, RegisterGroups groups, ref CpuRegisters registers)
    {
        if ((groups & RegisterGroups.AtExit) == 0)
        {
            KvmCompletion.Finish(State(vcpu));
        }

        return KvmRegisters.Read(State(vcpu), groups, ref registers);
    }

    /// <inheritdoc/>
    public override int WriteRegisters(Vcpu* vcpu, RegisterGroups groups, in CpuRegisters registers)
    {
        KvmVcpuState* state = State(vcpu);
        KvmCompletion.Finish(state);
        if (state->Startup != (uint)StartupState.Started && (groups & (RegisterGroups.General | RegisterGroups.System)) != 0)
        {
            KvmPower.Start(state);
        }

        KvmExternalInterrupts.RegistersWritten(state);
        return KvmRegisters.Write(state, groups, in registers);
    }

    /// <inheritdoc/>
    public override ExitControls SupportedControls =>
        KvmBreakpointProbe.Works(_options) ? _controls : _controls & ~ExitControls.Breakpoint;

    /// <inheritdoc/>
    public override ProcessorFeatures Features => _features;

    /// <inheritdoc/>
    public override int Control(Vcpu* vcpu, ExitControls controls)
    {
        if ((controls & ~_controls) != 0)
        {
            return Errno.EINVAL;
        }

        KvmVcpuState* state = State(vcpu);
        state->Run->request_interrupt_window = (controls & ExitControls.InterruptWindow) != 0 ? (byte)1 : (byte)0;
        KvmDebugging.Set(state, controls & ~ExitControls.InterruptWindow);
        return 0;
    }

    /// <inheritdoc/>
    public override bool StartsProcessors => _kernelIrqchip;

    /// <inheritdoc/>
    public override ulong TimestampFrequency => _timestampFrequency;

    /// <inheritdoc/>
    public override void EndHalt(Vcpu* vcpu) => State(vcpu)->Work &= ~KvmWork.Halt;

    /// <inheritdoc/>
    public override int Inject(Vcpu* vcpu, in VcpuEvent what) => KvmEvents.TrySet(State(vcpu), in what) ? 0 : Errno.EBUSY;

    /// <inheritdoc/>
    public override bool TakeEvent(Vcpu* vcpu, out VcpuEvent what) => KvmEvents.TryTake(State(vcpu), out what);

    /// <inheritdoc/>
    public override void InjectNmi(Vcpu* vcpu) => Interlocked.Exchange(ref State(vcpu)->NmiLatched, 1);

    /// <inheritdoc/>
    public override RunResult Run(Vcpu* vcpu, in RunContext context, out VcpuExit* exit)
    {
        KvmVcpuState* state = State(vcpu);
        Volatile.Write(ref state->Thread, KickSignal.PrepareThread());
        if (_options.ThreadSignals)
        {
            OpenThreadSignals(state);
        }

        if (context.Budget == 0)
        {
            return RunLoop<KvmVcpu>.Run(vcpu, new KvmVcpu(state, _irqchip), in context, StatisticsOf(vcpu->Id), out exit);
        }

        _slices.Begin(state);
        try
        {
            return RunLoop<KvmVcpu>.Run(vcpu, new KvmVcpu(state, _irqchip), in context, StatisticsOf(vcpu->Id), out exit);
        }
        finally
        {
            KvmTimeSlices.End(state); // also if a device throws
        }
    }

    /// <inheritdoc/>
    public override void Restart(Vcpu* vcpu) => KvmRestart.Restart(State(vcpu), _memory);

    private static KvmVcpuState* State(Vcpu* vcpu) => (KvmVcpuState*)vcpu->Backend;

    private bool TryCreate(KvmVcpuState* state, int id)
    {
        state->Descriptor = LibC.Ioctl(_descriptor, KvmVmWords.KVM_CREATE_VCPU, id);
        if (state->Descriptor < 0)
        {
            return false;
        }

        state->Run = (kvm_run*)LibC.Map(state->Descriptor, _runSize);
        if (state->Run == null)
        {
            return false;
        }

        // Every vCPU has the host's, as nothing sets another.
        int kilohertz = LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_GET_TSC_KHZ);
        _timestampFrequency = kilohertz > 0 ? (ulong)kilohertz * 1000 : base.TimestampFrequency;
        state->Run->kvm_valid_regs = kvm_sync_regs.KVM_SYNC_X86_REGS;
        state->Initial = (KvmInitialState*)NativeMemory.AllocZeroed((nuint)sizeof(KvmInitialState));
        return _cpuid.TryApply(state->Descriptor, id, x2Apic: false)
            && TryBlock(state, ~KickSignal.Set)
            && state->Initial->TryCapture(state->Descriptor, _kernelIrqchip, _hasApic)
            && TryPowerOn(state);
    }

    // A client may change its thread's mask between any two runs, and only the kernel knows. Signals that the thread blocks stay closed out: KVM_RUN would
    // return for them again and again.
    private static void OpenThreadSignals(KvmVcpuState* state)
    {
        ulong blocked = KickSignal.BlockedBesides();
        if (blocked != state->BlockedSignals)
        {
            _ = TryBlock(state, blocked); // a refusal leaves the mask as it was, with the kick open
        }
    }

    private static bool TryBlock(KvmVcpuState* state, ulong blocked)
    {
        SignalMask mask = new(blocked);
        state->BlockedSignals = blocked;
        return LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_SET_SIGNAL_MASK, &mask) == 0;
    }

    // With local APICs all but the first wait to be started by another.
    private static bool TryPowerOn(KvmVcpuState* state)
    {
        Volatile.Write(ref state->LooksHalted, 0);
        KvmExternalInterrupts.RegistersWritten(state);
        return state->Initial->TryRestore(state->Descriptor, state->Run)
            && (state->HasApic == 0 || KvmPower.TryPowerOn(state, waits: state->Id != 0));
    }

    private void CloseVcpu(Vcpu* vcpu)
    {
        KvmVcpuState* state = State(vcpu);
        if (state == null)
        {
            return;
        }

        if (state->Run != null)
        {
            _ = LibC.Unmap(state->Run, _runSize);
        }

        if (state->Descriptor >= 0)
        {
            _ = LibC.Close(state->Descriptor);
        }

        NativeMemory.Free(state->Initial);
        NativeMemory.Free(state);
        vcpu->Backend = null;
        vcpu->LeaveByte = null;
    }

    /// <summary>A kvm_signal_mask with the kernel's set behind it.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly struct SignalMask(ulong blocked)
    {
        private readonly kvm_signal_mask _head = new() { len = sizeof(ulong) };
        private readonly ulong _blocked = blocked;
    }
}
