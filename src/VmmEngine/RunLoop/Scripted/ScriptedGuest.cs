using System.Runtime.CompilerServices;
using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.RunLoop.Scripted;

/// <summary>What a scripted guest does when it is entered.</summary>
internal static unsafe class ScriptedGuest
{
    /// <summary>Plays one exit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Play(ScriptedVcpuState* state, uint position)
    {
        ScriptedExit* next = state->Script + position;
        VcpuExit* exit = &state->Exit;
        if (position != 0)
        {
            state->Answers[position - 1] = exit->Data;
        }

        exit->Reason = next->Reason;
        exit->Size = next->Size;
        exit->Port = next->Port;
        exit->Address = next->Address;
        exit->Data = next->Data;
        exit->Flags = next->Flags;
        exit->Detail = next->Detail;
        state->Position = position + 1;
        state->Budget--;
        if (next->Reason == ExitReason.Halt)
        {
            state->Halted = 1;
        }
    }

    /// <summary>The guest halts, has used up its budget, or is at its script's end.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void EnterRarely(ScriptedVcpuState* state)
    {
        if (state->Halted != 0 && !TryWake(state))
        {
            return; // the exit is the halt still
        }

        if (state->Budget == 0)
        {
            Interrupt(state, ExitFlags.BudgetSpent);
            return;
        }

        if (state->Position >= state->Length)
        {
            if (state->Length != 0)
            {
                state->Answers[state->Length - 1] = state->Exit.Data;
            }

            if (state->Repeats == 0)
            {
                Idle(state);
                return;
            }

            state->Position = 0;
        }

        Play(state, state->Position);
    }

    /// <summary>Ends a halt if there is something to end it.</summary>
    public static bool TryWake(ScriptedVcpuState* state)
    {
        bool interruptible = (state->Exit.Flags & ExitFlags.InterruptsDisabled) == 0;
        bool awake = Volatile.Read(ref state->NmiLatched) != 0 || (interruptible && state->InterruptSeen != 0);
        if (awake)
        {
            Volatile.Write(ref state->NmiLatched, 0);
            state->Halted = 0;
        }

        return awake;
    }

    /// <summary>Looks at the interrupt lines.</summary>
    public static void TakeEvents(ScriptedVcpuState* state)
    {
        state->EventLooks++;
        state->InterruptSeen = state->Lines != null && Volatile.Read(ref *state->Lines) != 0 ? 1u : 0;
    }

    // What `jmp $` is to a real guest.
    private static void Idle(ScriptedVcpuState* state)
    {
        while (ProcessorAtomics.Read(ref state->Kicked) == 0)
        {
            ProcessorAtomics.Wait(ref state->Kicked, 0);
        }

        Interrupt(state, ExitFlags.None);
    }

    private static void Interrupt(ScriptedVcpuState* state, ExitFlags flags)
    {
        state->Exit.Reason = ExitReason.Interrupted;
        state->Exit.Flags = flags;
    }
}
