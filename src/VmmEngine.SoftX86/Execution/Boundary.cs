using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>Between two blocks: requests of others, the end of a slice, the end of a step, traps, interrupts.</summary>
internal static unsafe class Boundary
{
    /// <summary>Does what is to be done before the next block.</summary>
    /// <returns>False if there is an exit.</returns>
    public static bool Pass(Cpu* cpu, SliceClock slices)
    {
        ref TranslatorState state = ref cpu->Translator;
        cpu->Current = null; // the instruction that was the last to set it is over
        if (cpu->Attention != 0 && !Attend(cpu))
        {
            return false;
        }

        if (state.LogPosition != state.Map->LogEnd)
        {
            CodeLog.Follow(cpu);
        }

        if (cpu->Budget <= 0)
        {
            state.Cache->TakeEntries();
            if (!slices.Renew(cpu))
            {
                Leave(cpu, ExitReason.Interrupted, ExitFlags.BudgetSpent);
                return false;
            }
        }

        if (state.StepPending != 0)
        {
            state.StepPending = 0;
            Leave(cpu, ExitReason.Debug, ExitFlags.None);
            return false;
        }

        if (state.TrapPending != 0 && cpu->InterruptShadow != Shadow.InterruptsAndTraps)
        {
            Faults.DebugTrap(cpu, state.TrapPending);
            state.TrapPending = 0;
            if (!Outcomes.DeliverException(cpu))
            {
                return false;
            }
        }

        // A step ends at the first instruction of a handler, before the next event.
        return cpu->Events == 0 || state.StepPending != 0 || Deliver(cpu);
    }

    private static bool Deliver(Cpu* cpu)
    {
        if ((cpu->Events & (uint)PendingEvents.Injected) != 0)
        {
            InjectedEvent.Begin(cpu);
            return Outcomes.DeliverException(cpu);
        }

        if ((cpu->Events & (uint)PendingEvents.Window) != 0 && Interrupts.IsWindowOpen(cpu))
        {
            Leave(cpu, ExitReason.InterruptWindow, ExitFlags.None);
            return false;
        }

        if (!Interrupts.TryDeliver(cpu))
        {
            return true;
        }

        Stepping.Delivered(cpu);
        return Outcomes.Settle(cpu);
    }

    // Whoever raised the attention has posted its request, or appended to the log, before; so the word is cleared before they are looked at.
    private static bool Attend(Cpu* cpu)
    {
        Interlocked.Exchange(ref cpu->Attention, 0);
        if (Volatile.Read(ref cpu->Translator.Shared->Requests) == 0)
        {
            return true;
        }

        Leave(cpu, ExitReason.Interrupted, ExitFlags.None);
        return false;
    }

    // Between two instructions, so none is to be completed or restarted.
    private static void Leave(Cpu* cpu, ExitReason reason, ExitFlags flags)
    {
        *cpu->Exit = new VcpuExit
        {
            Reason = reason,
            Flags = flags,
            Rip = cpu->Rip,
            Detail = reason == ExitReason.Debug ? DebugBits.SingleStep : 0,
        };
        cpu->Translator.ExitProgress = ExitProgress.None;
        cpu->Instructions = cpu->Translator.BudgetEnd - (ulong)cpu->Budget;
    }
}
