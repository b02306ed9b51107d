using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>Takes an exit's instruction back, so that it can be executed again.</summary>
/// <remarks>
/// KVM does not let go of an instruction that it has begun. One that waits for data is finished with whatever data there is, and its effects on
/// registers are undone. One that writes may have been finished before the exit; then RIP is behind it, and it has to be found.
/// </remarks>
internal static unsafe class KvmRestart
{
    /// <summary>How many exits an instruction may have before it is finished: a read, its write, and each in two parts.</summary>
    private const int MostExitsOfOneInstruction = 8;

    private const KvmWork Unfinished = KvmWork.Completion | KvmWork.Answer;

    public static void Restart(KvmVcpuState* state, KvmMemory memory)
    {
        if ((state->Work & Unfinished) == 0)
        {
            return;
        }

        kvm_regs before = state->Run->s.regs.regs;
        VcpuExit exit = state->Exit;
        for (int i = 0; i < MostExitsOfOneInstruction && (state->Work & Unfinished) != 0; i++)
        {
            state->Work &= ~KvmWork.ExitReady;
            KvmCompletion.Finish(state);
        }

        bool wasFinished = state->Run->s.regs.regs.rip == before.rip && exit.Reason is ExitReason.PortOut or ExitReason.MmioWrite or ExitReason.MemoryFault;
        state->Work &= ~KvmWork.ExitReady;
        state->Exit = exit;
        state->Run->s.regs.regs = before;
        if (wasFinished)
        {
            new FinishedWrite(GuestCode.Read(state->Descriptor, memory, in before)).TryUndo(in exit, ref state->Run->s.regs.regs);
        }

        state->Run->kvm_dirty_regs |= kvm_sync_regs.KVM_SYNC_X86_REGS;
        KvmDebugging.RegistersWritten(state);
    }
}
