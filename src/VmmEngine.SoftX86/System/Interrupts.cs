using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>Interrupts between two instructions.</summary>
internal static unsafe class Interrupts
{
    /// <summary>True if something waits that the vCPU would take now; also ends HLT.</summary>
    public static bool CanDeliver(Cpu* cpu)
    {
        PendingEvents events = (PendingEvents)Volatile.Read(ref cpu->Events);
        return IsNmiDue(events)
            || (IsExternalDue(cpu, events) && cpu->InterruptShadow == Shadow.None);
    }

    /// <summary>Takes the NMI or the external interrupt that is due, NMI first, and delivers it.</summary>
    /// <returns>
    /// True: <see cref="Cpu.Outcome"/> is <see cref="Step.EndBlock"/> with RIP at the handler, or <see cref="Step.Exit"/>. False: nothing is due.
    /// </returns>
    public static bool TryDeliver(Cpu* cpu)
    {
        if (cpu->InterruptShadow != Shadow.None)
        {
            return false;
        }

        PendingEvents events = (PendingEvents)Volatile.Read(ref cpu->Events);
        if (IsNmiDue(events))
        {
            // One step, so that an NMI that another thread latches now is the next one, not lost.
            Interlocked.And(ref cpu->Events, ~(uint)PendingEvents.Nmi);
            Interlocked.Or(ref cpu->Events, (uint)PendingEvents.NmiBlocked);
            cpu->System.Counters->Nmis++;
            cpu->Exception = new PendingException { Vector = Vectors.NonMaskableInterrupt, Kind = ExceptionKind.Nmi };
            cpu->Outcome = Exceptions.Deliver(cpu);
            return true;
        }

        if (!IsExternalDue(cpu, events))
        {
            return false;
        }

        int vector = cpu->System.AcknowledgeInterrupt(cpu);
        if (vector < 0)
        {
            return false;
        }

        cpu->Exception = new PendingException { Vector = (byte)vector, Kind = ExceptionKind.External };
        cpu->Outcome = Exceptions.Deliver(cpu);
        return true;
    }

    /// <summary>True if the guest would take an external interrupt now.</summary>
    public static bool IsWindowOpen(Cpu* cpu) => cpu->InterruptShadow == Shadow.None && (cpu->Rflags & FlagBits.Interrupt) != 0;

    /// <summary>IRET: the next NMI may come.</summary>
    public static void UnblockNmi(Cpu* cpu)
    {
        if ((Volatile.Read(ref cpu->Events) & (uint)PendingEvents.NmiBlocked) != 0)
        {
            Interlocked.And(ref cpu->Events, ~(uint)PendingEvents.NmiBlocked);
        }
    }

    /// <summary>True if the interrupt controller has something, the guest accepts it, and no client holds it back.</summary>
    public static bool IsExternalDue(Cpu* cpu, PendingEvents events) => (events & PendingEvents.External) != 0
        && (cpu->Rflags & FlagBits.Interrupt) != 0
        && (cpu->Translator.Controls & ExitControls.HoldInterrupts) == 0;

    private static bool IsNmiDue(PendingEvents events) => (events & (PendingEvents.Nmi | PendingEvents.NmiBlocked)) == PendingEvents.Nmi;
}
