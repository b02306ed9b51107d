using VmmEngine.Abi.Kvm;
using VmmEngine.Platform;

namespace VmmEngine.Kvm;

/// <summary>
/// Lets what is on its way between a vCPU and the interrupt controllers arrive. A timer of the local APIC that has fired while the vCPU was outside of KVM_RUN, and
/// the end of a level-triggered interrupt that the IO-APIC has not been told of, are in none of the states that KVM gives: KVM carries both out
/// in KVM_RUN, before the first instruction. The vCPU's holder.
/// </summary>
/// <remarks>
/// A signal that is pending makes KVM_RUN come back there. Nothing may be delivered to the guest meanwhile, because a client may have saved a part of the VM
/// already: interrupts are disabled, non-maskable ones are masked, and what KVM is about to deliver is put aside.
/// </remarks>
internal static unsafe class KvmSettling
{
    private const ulong InterruptFlag = 1 << 9;

    /// <summary>Does it for a vCPU that runs or halts; one that waits to be started has no timer, and nothing to end.</summary>
    /// <remarks>Finishes an instruction first. If that has more to do, or KVM has another exit already, the run loop sees it next, and nothing is settled.</remarks>
    public static void Settle(KvmVcpuState* state, Irqchip irqchip)
    {
        KvmCompletion.Finish(state);
        bool runs = KvmPower.TryGet(state->Descriptor, out uint power) && power is kvm_mp_state.KVM_MP_STATE_RUNNABLE or kvm_mp_state.KVM_MP_STATE_HALTED;
        if ((state->Work & KvmWork.ExitReady) != 0 || !runs)
        {
            return;
        }

        KvmRegisters.FlushGeneral(state);
        kvm_regs general = default;
        kvm_vcpu_events events = default;
        if (LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_GET_REGS, &general) != 0
            || LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_GET_VCPU_EVENTS, &events) != 0)
        {
            return;
        }

        kvm_regs quiet = general;
        quiet.rflags &= ~InterruptFlag;
        Load(state, power: kvm_mp_state.KVM_MP_STATE_RUNNABLE, in quiet, new kvm_vcpu_events { nmi = new kvm_vcpu_events_nmi { masked = 1 } });
        Enter(state, irqchip);
        Load(state, power, in general, events);
    }

    // Loading registers forgets exceptions, so events come behind them. What is latched meanwhile stays: the fields for that do not count.
    private static void Load(KvmVcpuState* state, uint power, in kvm_regs general, kvm_vcpu_events events)
    {
        state->Run->s.regs.regs = general;
        state->Run->kvm_dirty_regs = kvm_sync_regs.KVM_SYNC_X86_REGS;
        KvmRegisters.FlushGeneral(state);
        KvmExternalInterrupts.RegistersWritten(state);
        KvmDebugging.RegistersWritten(state);
        events.flags = kvm_vcpu_events.KVM_VCPUEVENT_VALID_SHADOW;
        _ = LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_SET_VCPU_EVENTS, &events);
        KvmPower.TrySet(state->Descriptor, power);
    }

    // A kicker that is late may make an entry come back before it has begun.
    private static void Enter(KvmVcpuState* state, Irqchip irqchip)
    {
        KickSignal.Send(KickSignal.PrepareThread());
        int result;
        bool again;
        do
        {
            Volatile.Write(ref state->Run->immediate_exit, 0);
            result = LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_RUN);
            again = result == 0 ? state->Run->exit_reason == kvm_exit.KVM_EXIT_IOAPIC_EOI : Volatile.Read(ref state->Run->immediate_exit) != 0;
            if (result == 0 && again)
            {
                irqchip.IoApic.EndInterrupt(state->Run->u.eoi.vector);
            }
        }
        while (again);

        KickSignal.Drain();
        if (result == 0 && state->Run->exit_reason != kvm_exit.KVM_EXIT_INTR)
        {
            KvmWork others = state->Work;
            KvmExits.Decode(state);
            state->Work |= others | KvmWork.ExitReady;
        }
    }
}
