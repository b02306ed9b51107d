using System.Runtime.CompilerServices;
using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.RunLoop.Scripted;

/// <summary>A vCPU whose guest is a list of exits; each counts as one instruction. At the list's end it begins again, or loops until kicked.</summary>
internal readonly unsafe struct ScriptedVcpu(ScriptedVcpuState* state) : IVcpuBackend
{
    public VcpuExit* Exit => &state->Exit;

    public bool CanResumeFromHalt => ScriptedGuest.TryWake(state);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Arm() => Volatile.Write(ref state->Kicked, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        uint position = state->Position;
        if (position >= state->Length || state->Budget == 0 || state->Halted != 0)
        {
            ScriptedGuest.EnterRarely(state);
            return;
        }

        ScriptedGuest.Play(state, position);
    }

    public void TakeEvents() => ScriptedGuest.TakeEvents(state);
}
