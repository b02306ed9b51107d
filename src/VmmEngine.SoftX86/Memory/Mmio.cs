using System.Runtime.CompilerServices;
using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>
/// Memory-mapped I/O by replay: an instruction that needs a device leaves with an exit and with all its state as before; with the answer in a log
/// it executes again, and again, until the log answers everything. Only then does it happen.
/// </summary>
/// <remarks>
/// So every instruction can have any operand in a device, a read-modify-write is two exits that no half-changed register is seen between, and whoever
/// handles the exit may drop the completion and do the instruction himself.
/// </remarks>
internal static unsafe class Mmio
{
    /// <summary>Answers an access from the log.</summary>
    /// <returns>False: the device is to be asked or told.</returns>
    public static bool TryReplay(Cpu* cpu, ref MmioAccess access)
    {
        MmioState* state = cpu->Mmu.Mmio;
        if (!state->Replaying || state->Used >= state->Answered)
        {
            return false;
        }

        MmioAccess* answered = MmioState.Log(state) + state->Used;
        if (!answered->Matches(access))
        {
            // Memory that the instruction depends on has changed since: what follows is another history.
            state->Answered = state->Used;
            return false;
        }

        access.Data = answered->Data;
        state->Used++;
        return true;
    }

    /// <summary>Leaves the instruction of a micro-op, with an exit for the device, and arranges that it is taken up at the next entry.</summary>
    /// <param name="cpu">The vCPU, in the state before the instruction, or before the current element of a string instruction.</param>
    /// <param name="op">A micro-op of the instruction, or null in the delivery of an exception.</param>
    /// <param name="access">What the device is asked or told.</param>
    /// <returns><see cref="Step.Exit"/>.</returns>
    public static Step Request(Cpu* cpu, MicroOp* op, in MmioAccess access)
    {
        if (op == null)
        {
            return MemoryExits.Failure(cpu, access.Linear, MemoryFailure.DeviceInDelivery);
        }

        MmioState* state = cpu->Mmu.Mmio;
        if (!state->Replaying || op != MmioState.Executed(state) || HasMoved(state, cpu))
        {
            state->Answered = 0;
        }

        if (state->Answered == MmioState.LogSize)
        {
            return MemoryExits.Failure(cpu, access.Linear, MemoryFailure.TooManyDeviceAccesses);
        }

        MmioState.Log(state)[state->Answered] = access;
        Keep(state, cpu, op);
        cpu->Completion = &Complete;
        return MemoryExits.Device(cpu, MmioState.Executed(state), access);
    }

    /// <summary>The device has answered: executes the waiting instruction again. The <see cref="Cpu.Completion"/> of the exits made here.</summary>
    /// <returns>EndBlock: complete, RIP has moved; Exit: there is another exit; Fault: an exception is recorded; Again.</returns>
    public static Step Complete(Cpu* cpu)
    {
        MmioState* state = cpu->Mmu.Mmio;
        MmioAccess* answer = MmioState.Log(state) + state->Answered++;
        if (!answer->IsWrite)
        {
            answer->Data = cpu->Exit->Data & (ulong.MaxValue >> (64 - ((int)answer->Size * 8)));
        }

        state->Used = 0;
        state->Replaying = true;
        state->Continued = false;
        (state->Rcx, state->Rsi, state->Rdi) = (cpu->General[1], cpu->General[6], cpu->General[7]);
        cpu->BlockRip = state->BlockRip;
        cpu->EffectiveAddress = state->EffectiveAddress;
        cpu->Link = null;
        cpu->Outcome = Step.Next;
        MicroOp* executed = MmioState.Executed(state);
        executed->Handler(cpu, executed);
        state->Replaying = false;

        Step outcome = cpu->Outcome;
        cpu->Outcome = Step.Next;
        return outcome == Step.Next ? MoveOn(cpu, state) : outcome;
    }

    /// <summary>Stands behind a micro-op that executes from a copy.</summary>
    [MethodImpl(Handlers.Hot)]
    public static void Stop(Cpu* cpu, MicroOp* op) => cpu->Mmu.Mmio->Continued = true;

    private static bool HasMoved(MmioState* state, Cpu* cpu)
        => state->Rcx != cpu->General[1] || state->Rsi != cpu->General[6] || state->Rdi != cpu->General[7];

    // The block may be gone before the device answers, so the instruction is copied, from the micro-op that waits on: what the ones before it left is in Cpu.
    private static void Keep(MmioState* state, Cpu* cpu, MicroOp* op)
    {
        MicroOp* executed = MmioState.Executed(state);
        MicroOp* original = MmioState.Original(state);
        if (op == executed)
        {
            return;
        }

        // A later micro-op of the instruction that waited already has its unchanged copy.
        MicroOp* source = op > executed && op < executed + MmioState.SlotCount ? original + (op - executed) : op;
        int count = 1;
        while (count < MmioState.MostOps && source[count].Offset == source->Offset)
        {
            count++;
        }

        for (int i = 0; i < MmioState.SlotCount; i++)
        {
            // Ascending, so that moving down within the array is right; what lies behind the instruction and its links is not looked at.
            original[i] = i < count + 2 ? source[i] : default;
            executed[i] = original[i];
        }

        executed[count].Handler = &Stop;
        state->BlockRip = cpu->BlockRip;
        state->EffectiveAddress = cpu->EffectiveAddress;
    }

    private static Step MoveOn(Cpu* cpu, MmioState* state)
    {
        MicroOp* executed = MmioState.Executed(state);
        if (state->Continued)
        {
            ulong next = state->BlockRip + executed->Offset + executed->Length;
            cpu->Rip = cpu->Mode == CpuMode.Long64 ? next : (uint)next;
            return Step.EndBlock;
        }

        // A branch has chosen one of the links behind it.
        Link* link = (Link*)(MmioState.Original(state) + (cpu->Link - executed));
        if (link->Kind != LinkKind.Indirect)
        {
            cpu->Rip = (state->BlockRip + (ulong)link->Delta) & link->Mask;
        }

        // A fused pair is two instructions; the loop counts the one that it completes here.
        cpu->Budget -= link->Completed - executed->Completed - 1;
        return Step.EndBlock;
    }
}
