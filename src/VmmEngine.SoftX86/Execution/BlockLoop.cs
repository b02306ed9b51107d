using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>Executes guest code, block by block, until there is an exit.</summary>
internal static unsafe class BlockLoop
{
    /// <summary>Executes until <see cref="Cpu.Exit"/> holds an exit. The vCPU is Running, by the calling thread.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="translator">Its translator.</param>
    /// <param name="slices">Its slices of time.</param>
    public static void Run(Cpu* cpu, Translator translator, SliceClock slices)
    {
        ref TranslatorState state = ref cpu->Translator;
        while (Boundary.Pass(cpu, slices))
        {
            // Nothing may come between an instruction that casts a shadow and the next one, so that one gets a block of its own.
            bool single = (cpu->Rflags & FlagBits.Trap) != 0 || cpu->InterruptShadow != Shadow.None || state.OneByOne != OneByOne.None;
            MicroOp* op = single && !Stepping.MayBegin(cpu) ? null : CodeFinder.Find(cpu, translator, single);
            if (op == null)
            {
                if (!Outcomes.Settle(cpu))
                {
                    return;
                }

                continue;
            }

            if (!single)
            {
                Chain(cpu, op);
            }
            else
            {
                Stepping.Execute(cpu, op);
            }

            if (cpu->Outcome != Step.Next && !Outcomes.Settle(cpu))
            {
                return;
            }
        }
    }

    /// <summary>Guest instructions completed before the one that executes, exact also inside a block.</summary>
    public static ulong InstructionsNow(Cpu* cpu, MicroOp* op) => cpu->Translator.BudgetEnd - (ulong)cpu->Budget + op->Completed;

    // From block to block, as long as somebody knows the next one and nobody wants anything. The hot loop.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Chain(Cpu* cpu, MicroOp* op)
    {
        ulong rip = cpu->Rip;
        long budget = cpu->Budget;
        Link* link = null;
        while (true)
        {
            cpu->BlockRip = rip;
            op->Handler(cpu, op);
            if (*(ulong*)&cpu->Outcome != 0)
            {
                Interrupted(cpu, op, link);
                return;
            }

            link = (Link*)cpu->Link;
            budget -= link->Completed;
            cpu->Budget = budget;
            MicroOp* next = link->Successor;
            if (next != null && budget > 0)
            {
                // Without the mask: only a link within a page has a successor, and RIP was masked when it came to the page.
                rip += (ulong)link->Delta;
                op = next;
                continue;
            }

            ulong target = link->Kind == LinkKind.Indirect ? cpu->Rip : (rip + (ulong)link->Delta) & link->Mask;
            ulong linear = target + cpu->Translator.CodeBase;
            JumpEntry* entry = JumpCache.Find(cpu->Translator.JumpCache, linear);
            if (budget <= 0 || entry->Linear != linear || entry->Key != cpu->Translator.JumpKey || target > cpu->Translator.CodeLimit)
            {
                cpu->Rip = target;
                return;
            }

            if (link->Kind == LinkKind.Patchable && entry->Linkable != 0)
            {
                link->Successor = entry->First;
            }

            rip = target;
            op = entry->First;
        }
    }

    /// <summary>Executes one instruction that has a block of its own.</summary>
    public static void One(Cpu* cpu, MicroOp* op)
    {
        cpu->BlockRip = cpu->Rip;
        op->Handler(cpu, op);
        if (cpu->Outcome == Step.Next)
        {
            Leave(cpu);
        }
    }

    // A block has ended with an outcome, or is complete and somebody wants the loop's attention.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Interrupted(Cpu* cpu, MicroOp* first, Link* link)
    {
        if (cpu->Outcome == Step.Next)
        {
            Leave(cpu);
        }
        else if (cpu->Outcome == Step.Again && cpu->Current == first && link != null)
        {
            // The whole block is stale: whoever came here by a link shall look for the new one.
            link->Successor = null;
        }
    }

    // A block is complete: goes to the address that its last instruction chose.
    private static void Leave(Cpu* cpu)
    {
        Link* link = (Link*)cpu->Link;
        cpu->Budget -= link->Completed;
        if (link->Kind != LinkKind.Indirect)
        {
            cpu->Rip = (cpu->BlockRip + (ulong)link->Delta) & link->Mask;
        }
    }
}
