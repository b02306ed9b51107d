using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>The event that a client wants delivered: kept here until KVM_RUN, and after that KVM's until the guest has taken it.</summary>
internal static unsafe class KvmEvents
{
    private const byte NonMaskableVector = 2;

    /// <summary>Sets it.</summary>
    /// <returns>False if there is one already.</returns>
    public static bool TrySet(KvmVcpuState* state, in VcpuEvent what)
    {
        if ((state->Work & KvmWork.Event) != 0)
        {
            return false;
        }

        state->Event = what;
        state->Work |= KvmWork.Event;
        return true;
    }

    /// <summary>Takes back what the guest has not taken yet, here or in KVM.</summary>
    /// <returns>False if there is none.</returns>
    public static bool TryTake(KvmVcpuState* state, out VcpuEvent what)
    {
        if ((state->Work & KvmWork.Event) != 0)
        {
            state->Work &= ~KvmWork.Event;
            what = state->Event;
            return true;
        }

        what = default;
        KvmCompletion.Finish(state);
        KvmRegisters.FlushGeneral(state);
        kvm_vcpu_events events;
        if (LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_GET_VCPU_EVENTS, &events) != 0 || !TryTake(ref events, out what))
        {
            return false;
        }

        events.flags = kvm_vcpu_events.KVM_VCPUEVENT_VALID_SHADOW;
        return LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_SET_VCPU_EVENTS, &events) == 0;
    }

    /// <summary>Gives it to KVM. Loading general registers drops a pending exception, so those that wait in the shared page go first.</summary>
    public static void HandOver(KvmVcpuState* state)
    {
        KvmRegisters.FlushGeneral(state);
        kvm_vcpu_events events;
        if (LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_GET_VCPU_EVENTS, &events) != 0)
        {
            return;
        }

        ref readonly VcpuEvent what = ref state->Event;
        switch (what.Kind)
        {
            case EventKind.Exception:
                events.exception = new kvm_vcpu_events_exception
                {
                    injected = 1,
                    nr = what.Vector,
                    has_error_code = what.HasErrorCode ? (byte)1 : (byte)0,
                    error_code = what.ErrorCode,
                };
                break;

            case EventKind.NonMaskable:
                events.nmi.injected = 1;
                break;

            default:
                events.interrupt.injected = 1;
                events.interrupt.nr = what.Vector;
                events.interrupt.soft = what.Kind == EventKind.Software ? (byte)1 : (byte)0;
                break;
        }

        events.interrupt.shadow = 0;
        events.flags = kvm_vcpu_events.KVM_VCPUEVENT_VALID_SHADOW;
        _ = LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_SET_VCPU_EVENTS, &events);
        if (state->HasApic != 0)
        {
            KvmPower.EndHalt(state);
        }
    }

    private static bool TryTake(ref kvm_vcpu_events events, out VcpuEvent what)
    {
        if (events.exception.injected != 0)
        {
            what = new VcpuEvent(EventKind.Exception, events.exception.nr, events.exception.has_error_code != 0, events.exception.error_code);
            events.exception = default;
        }
        else if (events.nmi.injected != 0)
        {
            what = new VcpuEvent(EventKind.NonMaskable, NonMaskableVector);
            events.nmi.injected = 0;
        }
        else if (events.interrupt.injected != 0)
        {
            what = new VcpuEvent(events.interrupt.soft != 0 ? EventKind.Software : EventKind.External, events.interrupt.nr);
            events.interrupt.injected = 0;
        }
        else
        {
            what = default;
            return false;
        }

        return true;
    }
}
