using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>Takes an exit's instruction back, so that it can be executed again.</summary>
internal static unsafe class KvmRestart
{
    /// <summary>How many exits an instruction may have before it is finished: a read, its write, and each in two parts.</summary>
    private const int MostExitsOfOneInstruction = 8;

    public static void Restart(KvmVcpuState* state)
    {
        if ((state->Work & (KvmWork.Completion | KvmWork.Answer)) == 0)
        {
            return;
        }

        // KVM does not let go of an instruction: it is finished with whatever data there is, and its effects on registers are undone.
        kvm_regs before = state->Run->s.regs.regs;
        VcpuExit exit = state->Exit;
        for (int i = 0; i < MostExitsOfOneInstruction && (state->Work & (KvmWork.Completion | KvmWork.Answer)) != 0; i++)
        {
            state->Work &= ~KvmWork.ExitReady;
            KvmCompletion.Finish(state);
        }

        state->Work &= ~KvmWork.ExitReady;
        state->Exit = exit;
        state->Run->s.regs.regs = before;
        state->Run->kvm_dirty_regs |= kvm_sync_regs.KVM_SYNC_X86_REGS;
    }
}
