using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>What a block's, or a completion's, outcome means for the vCPU.</summary>
internal static unsafe class Outcomes
{
    private const int Rcx = 1;

    /// <summary>Counts the instructions that a block has completed, delivers what it has raised, and takes the outcome away.</summary>
    /// <returns>False if there is an exit.</returns>
    public static bool Settle(Cpu* cpu)
    {
        Step outcome = cpu->Outcome;
        MicroOp* current = cpu->Current;
        cpu->Outcome = Step.Next;
        cpu->Current = null;

        // Without a micro-op nothing has been executed: the instruction at RIP could not be fetched.
        ulong address = current == null ? cpu->Rip : cpu->BlockRip + current->Offset;
        cpu->Budget -= current == null ? 0 : current->Completed;
        switch (outcome)
        {
            case Step.EndBlock:
                cpu->Budget--;
                return true;

            case Step.Fault:
                return Deliver(cpu, address);

            case Step.Exit:
                bool complete = cpu->Rip != address;
                if (complete)
                {
                    cpu->Budget--;
                }

                Exit(cpu, address);
                cpu->Translator.ExitProgress = complete ? ExitProgress.Counted : ExitProgress.Begun;
                return false;

            default:
                return true;
        }
    }

    /// <summary>Finishes the instruction of the last exit.</summary>
    /// <returns>False if that has led to another exit.</returns>
    public static bool Complete(Cpu* cpu)
    {
        delegate*<Cpu*, Step> completion = cpu->Completion;
        cpu->Completion = null;
        ulong address = cpu->Rip;
        ulong repetitions = cpu->General[Rcx];
        cpu->BlockRip = address;
        Step outcome = completion(cpu);
        cpu->Outcome = Step.Next;
        cpu->Current = null;
        if (outcome == Step.Fault && Mmu.TakeRefusal(cpu) == Step.Exit)
        {
            outcome = Step.Exit;
        }

        switch (outcome)
        {
            case Step.Fault:
                cpu->Translator.TrapPending = 0;
                return DeliverException(cpu);

            case Step.Exit when cpu->General[Rcx] != repetitions && (Charge(cpu) <= 0 || cpu->Attention != 0):
                // A repeated instruction between two elements of device memory: what is done is done, and nothing has been asked for yet. Those of the vCPU's own
                // APIC follow each other without a look at what others want.
                cpu->Completion = null;
                return true;

            case Step.Exit:
                Exit(cpu, address);
                return false;

            case Step.Again:
                return true;

            default:
                cpu->Budget--;
                cpu->InterruptShadow = Shadow.None;
                return true;
        }
    }

    // The instruction at the address did not happen.
    private static bool Deliver(Cpu* cpu, ulong address)
    {
        cpu->Translator.TrapPending = 0;

        // What a helper could not access may need the run loop and not an exception handler.
        if (Mmu.TakeRefusal(cpu) == Step.Exit)
        {
            Exit(cpu, address);
            return false;
        }

        return DeliverException(cpu);
    }

    /// <summary>Takes the vCPU to the handler of <see cref="Cpu.Exception"/>.</summary>
    /// <returns>False if that has led to an exit.</returns>
    public static bool DeliverException(Cpu* cpu)
    {
        cpu->InterruptShadow = Shadow.None;

        // A handler whose first instruction raises its own exception again completes no instruction at all.
        Charge(cpu);
        ulong address = cpu->Rip;
        Step step = Exceptions.Deliver(cpu);
        cpu->Outcome = Step.Next;
        cpu->Current = null;
        if (step != Step.Exit)
        {
            Stepping.Delivered(cpu);
            return true;
        }

        Exit(cpu, address);
        return false;
    }

    // What completes no instruction costs one of the budget all the same, so that it comes to an end for who has set one. The count does not see it.
    private static long Charge(Cpu* cpu)
    {
        cpu->Budget--;
        cpu->Translator.BudgetEnd--;
        if (cpu->Translator.RunEnd != ulong.MaxValue)
        {
            cpu->Translator.RunEnd--;
        }

        return cpu->Budget;
    }

    private static void Exit(Cpu* cpu, ulong address)
    {
        ref TranslatorState state = ref cpu->Translator;
        state.ExitRip = address;
        state.ExitProgress = ExitProgress.Begun;
        state.Halted = cpu->Exit->Reason == ExitReason.Halt ? 1u : 0;
        cpu->Instructions = state.BudgetEnd - (ulong)cpu->Budget;
    }
}
