using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>One instruction at a time, where something is looked at between two: TF, shadows, steps, breakpoints.</summary>
internal static unsafe class Stepping
{
    /// <summary>Looks whether the instruction at RIP may be executed.</summary>
    /// <returns>False: something comes before it, and the outcome says what.</returns>
    public static bool MayBegin(Cpu* cpu)
    {
        bool stepped = cpu->Translator.StepPending != 0;
        if (!stepped && !Breakpoints.TryStop(cpu))
        {
            return true;
        }

        cpu->Current = null;
        cpu->Outcome = stepped ? Step.Again : Step.Fault;
        return false;
    }

    /// <summary>Executes it.</summary>
    public static void Execute(Cpu* cpu, MicroOp* op)
    {
        ref TranslatorState state = ref cpu->Translator;
        Shadow shadow = cpu->InterruptShadow;
        ulong start = cpu->Rip;
        ulong resume = Breakpoints.KeepResume(cpu) ? cpu->Rflags & FlagBits.Resume : 0;
        uint trap = (cpu->Rflags & FlagBits.Trap) != 0 ? (uint)DebugBits.SingleStep : 0;
        cpu->InterruptShadow = Shadow.None;
        cpu->Rflags &= ~resume;
        state.TrapPending |= trap;
        state.StepPending = (uint)(state.Controls & ExitControls.SingleStep);
        BlockLoop.One(cpu, op);

        if (cpu->Outcome == Step.Again || cpu->Completion != null)
        {
            // It has not happened yet.
            cpu->InterruptShadow = shadow;
            cpu->Rflags |= resume;
            state.StepPending = cpu->Outcome == Step.Again ? 0 : state.StepPending;
            return;
        }

        if (cpu->InterruptShadow == Shadow.InterruptsAndTraps)
        {
            if (shadow == Shadow.InterruptsAndTraps)
            {
                cpu->InterruptShadow = Shadow.None; // of several in a row only the first counts, so that nobody keeps interrupts away for ever
            }
            else
            {
                state.TrapPending &= ~trap;
            }
        }

        if (cpu->Outcome == Step.EndBlock && cpu->Rip == start && (op->Flags & (OpFlags.Rep | OpFlags.Repne)) != 0 && Breakpoints.KeepResume(cpu))
        {
            cpu->Rflags |= FlagBits.Resume; // the next element is not the next instruction
        }
    }

    /// <summary>An event has been delivered: for who steps, that was a step.</summary>
    public static void Delivered(Cpu* cpu) => cpu->Translator.StepPending = (uint)(cpu->Translator.Controls & ExitControls.SingleStep);
}
