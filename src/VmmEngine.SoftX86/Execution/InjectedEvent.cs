using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>The event that a client wants delivered before the next instruction. The caller holds the vCPU.</summary>
internal static unsafe class InjectedEvent
{
    /// <summary>Sets it.</summary>
    /// <returns>False if there is one already.</returns>
    public static bool TrySet(Cpu* cpu, in VcpuEvent what)
    {
        if ((cpu->Events & (uint)PendingEvents.Injected) != 0)
        {
            return false;
        }

        cpu->Translator.Injected = new PendingException
        {
            Vector = what.Vector,
            Kind = what.Kind switch
            {
                EventKind.External => ExceptionKind.External,
                EventKind.NonMaskable => ExceptionKind.Nmi,
                EventKind.Exception => ExceptionKind.Fault,
                _ => ExceptionKind.Software,
            },
            HasErrorCode = what.HasErrorCode ? (byte)1 : (byte)0,
            ErrorCode = what.ErrorCode,
        };
        Interlocked.Or(ref cpu->Events, (uint)PendingEvents.Injected);
        return true;
    }

    /// <summary>Takes it back before it is delivered.</summary>
    /// <returns>False if there is none.</returns>
    public static bool TryTake(Cpu* cpu, out VcpuEvent what)
    {
        what = default;
        if ((cpu->Events & (uint)PendingEvents.Injected) == 0)
        {
            return false;
        }

        Interlocked.And(ref cpu->Events, ~(uint)PendingEvents.Injected);
        ref readonly PendingException pending = ref cpu->Translator.Injected;
        EventKind kind = pending.Kind switch
        {
            ExceptionKind.External => EventKind.External,
            ExceptionKind.Nmi => EventKind.NonMaskable,
            ExceptionKind.Software => EventKind.Software,
            _ => EventKind.Exception,
        };
        what = new VcpuEvent(kind, pending.Vector, pending.HasErrorCode != 0, pending.ErrorCode);
        return true;
    }

    /// <summary>Makes it the vCPU's exception. There is one.</summary>
    public static void Begin(Cpu* cpu)
    {
        Interlocked.And(ref cpu->Events, ~(uint)PendingEvents.Injected);
        cpu->Exception = cpu->Translator.Injected;
        cpu->Exception.Address = cpu->Cr2; // whoever injects a page fault has written CR2 itself
        if (cpu->Exception.Kind == ExceptionKind.Nmi)
        {
            Interlocked.Or(ref cpu->Events, (uint)PendingEvents.NmiBlocked);
        }
    }
}
