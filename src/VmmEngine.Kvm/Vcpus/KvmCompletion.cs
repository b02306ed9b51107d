using System.Runtime.CompilerServices;
using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;
using VmmEngine.Platform;

namespace VmmEngine.Kvm;

/// <summary>What has to happen before KVM_RUN: answers put into the shared page, events handed over; and finishing an instruction without going on.</summary>
internal static unsafe class KvmCompletion
{
    /// <summary>Does what is to be done before the guest goes on.</summary>
    /// <returns>False if it does not go on, because there is an exit: one that was not seen yet, or the vCPU still halts.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryBegin(KvmVcpuState* state, KvmWork work, Irqchip? irqchip)
    {
        if ((work & (KvmWork.External | KvmWork.EndOfInterrupt)) != 0)
        {
            work = Exchange(state, irqchip!);
        }

        bool betweenTwo = (work & (KvmWork.Event | KvmWork.Debugging)) != 0; // instructions
        if (betweenTwo && (work & KvmWork.Completion) != 0 && (work & KvmWork.ExitReady) == 0)
        {
            Finish(state);
            work = state->Work;
        }

        if ((work & KvmWork.ExitReady) != 0)
        {
            state->Work = work & ~KvmWork.ExitReady;
            return false;
        }

        if ((work & KvmWork.Event) != 0)
        {
            KvmEvents.HandOver(state);
        }
        else if ((work & KvmWork.Halt) != 0)
        {
            return false;
        }

        if ((work & KvmWork.Answer) != 0)
        {
            Answer(state);
        }

        return (work & KvmWork.Debugging) == 0 || KvmDebugging.TryHandOver(state);
    }

    /// <summary>
    /// Finishes an instruction that waits for its answer, so that the state can be read and written: KVM does that at the start of KVM_RUN,
    /// and with an immediate exit nothing else.
    /// </summary>
    public static void Finish(KvmVcpuState* state)
    {
        if ((state->Work & KvmWork.ExitReady) != 0 || (state->Work & (KvmWork.Completion | KvmWork.Answer)) == 0)
        {
            return;
        }

        if ((state->Work & KvmWork.Answer) != 0)
        {
            Answer(state);
        }

        KvmWork others = state->Work & KvmWork.BesideInstructions;
        VcpuExit exit = state->Exit;
        state->Work = KvmWork.None;
        Volatile.Write(ref state->Run->immediate_exit, 1);
        int result = LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_RUN);
        if (result < 0)
        {
            KvmExits.Failed(state, LibC.LastError);
        }
        else
        {
            KvmExits.Decode(state); // the instruction had more to do: another exit before it is finished
        }

        if (state->Exit.Reason == ExitReason.Interrupted)
        {
            state->Exit = exit; // the caller may still look at the exit that it was given
            state->Work = others | (state->Work & KvmWork.BesideInstructions);
        }
        else
        {
            state->Work |= others | KvmWork.ExitReady;
        }
    }

    // What the controllers outside of the kernel have for the vCPU, and it for them.
    private static KvmWork Exchange(KvmVcpuState* state, Irqchip irqchip)
    {
        if ((state->Work & KvmWork.EndOfInterrupt) != 0)
        {
            KvmExternalInterrupts.End(state, irqchip);
        }

        if ((state->Work & KvmWork.External) != 0)
        {
            KvmExternalInterrupts.Offer(state, irqchip);
        }

        return state->Work;
    }

    private static void Answer(KvmVcpuState* state)
    {
        VcpuExit* exit = &state->Exit;
        kvm_run* run = state->Run;
        switch (run->exit_reason)
        {
            case kvm_exit.KVM_EXIT_IO when exit->Count == 1:
                WriteElement((byte*)run + run->u.io.data_offset, exit->Size, (uint)exit->Data);
                break;

            case kvm_exit.KVM_EXIT_MMIO:
                Unsafe.WriteUnaligned(ref run->u.mmio.data[0], exit->Data);
                break;

            case kvm_exit.KVM_EXIT_X86_RDMSR:
            case kvm_exit.KVM_EXIT_X86_WRMSR:
                run->u.msr.data = exit->Data;
                run->u.msr.error = (exit->Flags & ExitFlags.Refused) != 0 ? (byte)1 : (byte)0;
                break;
        }
    }

    private static void WriteElement(byte* data, byte size, uint value)
    {
        switch (size)
        {
            case 1:
                *data = (byte)value;
                break;

            case 2:
                *(ushort*)data = (ushort)value;
                break;

            default:
                *(uint*)data = value;
                break;
        }
    }
}
