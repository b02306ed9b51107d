using VmmEngine.Backends;
using VmmEngine.Platform;

namespace VmmEngine.Kvm;

/// <summary>
/// Between the 8259s and IO-APIC of this process and a vCPU whose local APIC is in the kernel: interrupts that the 8259s have for it, and ends of
/// interrupts that the IO-APIC waits for. The vCPU's holder.
/// </summary>
internal static unsafe class KvmExternalInterrupts
{
    /// <summary>Looks whether the 8259s have something for the vCPU, before its next entry.</summary>
    public static void Look(KvmVcpuState* state, Irqchip irqchip)
    {
        if (irqchip.HasInterrupt(state->Id))
        {
            state->Work |= KvmWork.External;
        }
    }

    /// <summary>KVM_RUN came back because the guest can take an interrupt now.</summary>
    /// <returns>False if it was not for the 8259s.</returns>
    public static bool TryTakeWindow(KvmVcpuState* state)
    {
        if (state->AwaitsWindow == 0)
        {
            return false;
        }

        state->Work = KvmWork.External;
        return true;
    }

    /// <summary>
    /// KVM_RUN was interrupted: a guest that awaits its window is looked at again, because KVM does not come back for a window from a halt in which the
    /// guest has been all the time.
    /// </summary>
    public static void Interrupted(KvmVcpuState* state)
    {
        state->ReadinessIsStale = 0;
        if (state->AwaitsWindow != 0)
        {
            state->Work |= KvmWork.External;
        }
    }

    /// <summary>
    /// Acknowledges the 8259s' interrupt if the guest can take it at once, as a processor does; otherwise has KVM come back as soon as it can. The
    /// vector is lost to the 8259s from then on, so it must not wait: they may be reprogrammed meanwhile.
    /// </summary>
    public static void Offer(KvmVcpuState* state, Irqchip irqchip)
    {
        state->Work &= ~KvmWork.External;
        bool waits = irqchip.HasInterrupt(state->Id);
        if (waits && state->ReadinessIsStale != 0)
        {
            Volatile.Write(ref state->Run->immediate_exit, 1); // KVM_RUN comes back at once, and says how things are
        }
        else if (waits && state->Run->ready_for_interrupt_injection != 0 && (state->Work & KvmWork.Event) == 0)
        {
            int vector = irqchip.Acknowledge(state->Id);
            if (vector >= 0)
            {
                state->Counters->ExternalInterrupts++;
                state->Event = new VcpuEvent(EventKind.External, (byte)vector);
                state->Work |= KvmWork.Event;
            }

            waits = irqchip.HasInterrupt(state->Id);
        }

        state->AwaitsWindow = waits ? 1u : 0;
        state->Run->request_interrupt_window = waits ? (byte)1 : (byte)0;
    }

    /// <summary>Registers have been loaded.</summary>
    public static void RegistersWritten(KvmVcpuState* state) => state->ReadinessIsStale = 1;

    /// <summary>Tells the IO-APIC of the end that the kernel has told of.</summary>
    public static void End(KvmVcpuState* state, Irqchip irqchip)
    {
        state->Work &= ~KvmWork.EndOfInterrupt;
        irqchip.IoApic.EndInterrupt(state->EndedVector);
    }
}
