using System.Runtime.CompilerServices;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Platform;

namespace VmmEngine.RunLoop.Scripted;

/// <summary>A vCPU whose guest is a list of exits; each counts as one instruction. At the list's end it begins again, or loops until kicked.</summary>
internal readonly unsafe struct ScriptedVcpu(ScriptedVcpuState* state, InterruptController interrupts, int id) : IVcpuBackend
{
    public VcpuExit* Exit => &state->Exit;

    public bool CanResumeFromHalt
    {
        get
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
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Arm() => Volatile.Write(ref state->Kicked, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        uint position = state->Position;
        if (position >= state->Length || state->Budget == 0 || state->Halted != 0)
        {
            EnterRarely();
            return;
        }

        Play(position);
    }

    public void TakeEvents()
    {
        state->EventLooks++;
        state->InterruptSeen = interrupts.HasInterrupt(id) ? 1u : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Play(uint position)
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterRarely()
    {
        if (state->Halted != 0 && !CanResumeFromHalt)
        {
            return; // the exit is the halt still
        }

        if (state->Budget == 0)
        {
            Interrupt(ExitFlags.BudgetSpent);
            return;
        }

        if (state->Position >= state->Length)
        {
            Finish();
            if (state->Repeats == 0)
            {
                Idle();
                return;
            }

            state->Position = 0;
        }

        Play(state->Position);
    }

    private void Finish()
    {
        if (state->Length != 0)
        {
            state->Answers[state->Length - 1] = state->Exit.Data;
        }
    }

    // What `jmp $` is to a real guest.
    private void Idle()
    {
        while (ProcessorAtomics.Read(ref state->Kicked) == 0)
        {
            ProcessorAtomics.Wait(ref state->Kicked, 0);
        }

        Interrupt(ExitFlags.None);
    }

    private void Interrupt(ExitFlags flags)
    {
        state->Exit.Reason = ExitReason.Interrupted;
        state->Exit.Flags = flags;
    }
}
