using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>Between two blocks: requests of others, the end of a slice, interrupts.</summary>
internal static unsafe class Boundary
{
    /// <summary>Does what is to be done before the next block.</summary>
    /// <returns>False if there is an exit.</returns>
    public static bool Pass(Cpu* cpu, SliceClock slices)
    {
        ref TranslatorState state = ref cpu->Translator;
        if (cpu->Attention != 0 && !Attend(cpu))
        {
            return false;
        }

        if (state.LogPosition != state.Map->LogEnd)
        {
            CodeLog.Follow(cpu);
        }

        if (cpu->Budget <= 0 && !slices.Renew(cpu))
        {
            Leave(cpu, ExitFlags.BudgetSpent);
            return false;
        }

        if (state.TrapPending != 0)
        {
            state.TrapPending = 0;
            Faults.SingleStep(cpu);
            if (!Outcomes.DeliverException(cpu))
            {
                return false;
            }
        }

        return cpu->Events == 0 || Deliver(cpu);
    }

    private static bool Deliver(Cpu* cpu)
    {
        if ((cpu->Events & (uint)PendingEvents.Injected) != 0)
        {
            InjectedEvent.Begin(cpu);
            return Outcomes.DeliverException(cpu);
        }

        if (cpu->InterruptShadow == 0)
        {
            Interrupts.TryDeliver(cpu);
            if (cpu->Outcome != Step.Next)
            {
                return Outcomes.Settle(cpu);
            }
        }

        return true;
    }

    // Whoever raised the attention has posted its request, or appended to the log, before; so the word is cleared before they are looked at.
    private static bool Attend(Cpu* cpu)
    {
        Interlocked.Exchange(ref cpu->Attention, 0);
        if (Volatile.Read(ref cpu->Translator.Shared->Requests) == 0)
        {
            return true;
        }

        Leave(cpu, ExitFlags.None);
        return false;
    }

    private static void Leave(Cpu* cpu, ExitFlags flags)
    {
        *cpu->Exit = new VcpuExit { Reason = ExitReason.Interrupted, Flags = flags };
        cpu->Translator.ExitProgress = ExitProgress.None;
        cpu->Instructions = cpu->Translator.BudgetEnd - (ulong)cpu->Budget;
    }
}
