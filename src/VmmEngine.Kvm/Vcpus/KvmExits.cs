using System.Runtime.CompilerServices;
using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>From KVM's exits to the engine's. Pure functions of the shared page, so that tests feed pages of their own.</summary>
internal static unsafe class KvmExits
{
    private const uint BreakpointVector = 3;

    /// <summary>Decodes what KVM_RUN has left in the shared page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decode(KvmVcpuState* state)
    {
        switch (state->Run->exit_reason)
        {
            case kvm_exit.KVM_EXIT_IO:
                DecodeIo(state);
                break;

            case kvm_exit.KVM_EXIT_MMIO:
                DecodeMmio(state);
                break;

            default:
                DecodeOther(state);
                break;
        }
    }

    /// <summary>KVM_RUN has failed. EINTR and EAGAIN mean: look who wants what, and run again.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Failed(KvmVcpuState* state, int error)
    {
        switch (error)
        {
            case LibC.EINTR:
                KickSignal.Drain();
                Set(state, ExitReason.Interrupted);
                KvmExternalInterrupts.Interrupted(state);
                KvmHaltWatch.Interrupted(state);
                KvmTimeSlices.Interrupted(state);
                break;

            case LibC.EAGAIN:
                KvmPower.Reached(state);
                Set(state, ExitReason.Interrupted);
                break;

            default:
                Set(state, ExitReason.Failure, detail: KvmFailure.OfError(error));
                break;
        }
    }

    /// <summary>The vCPU waits for an interrupt.</summary>
    public static void Halted(KvmVcpuState* state, ExitFlags flags)
    {
        Set(state, ExitReason.Halt, flags);
        state->Work = KvmWork.Halt;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void DecodeIo(KvmVcpuState* state)
    {
        VcpuExit* exit = &state->Exit;
        ref kvm_run_io io = ref state->Run->u.io;
        byte* data = (byte*)state->Run + io.data_offset;
        bool isOut = io.direction == kvm_run_io.KVM_EXIT_IO_OUT;

        exit->Reason = isOut ? ExitReason.PortOut : ExitReason.PortIn;
        exit->Size = io.size;
        exit->Port = io.port;
        exit->Count = io.count;
        exit->Elements = data;
        exit->Flags = io.count == 1 ? ExitFlags.None : ExitFlags.String | ExitFlags.Repeat;
        exit->Data = isOut ? Element(data, io.size) : 0;
        state->Work = isOut ? KvmWork.Completion : KvmWork.Completion | KvmWork.Answer;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Element(byte* data, byte size) => size switch
    {
        1 => *data,
        2 => *(ushort*)data,
        _ => *(uint*)data,
    };

    private static void DecodeMmio(KvmVcpuState* state)
    {
        VcpuExit* exit = &state->Exit;
        ref kvm_run_mmio mmio = ref state->Run->u.mmio;
        bool isWrite = mmio.is_write != 0;

        exit->Reason = isWrite ? ExitReason.MmioWrite : ExitReason.MmioRead;
        exit->Size = (byte)mmio.len;
        exit->Address = mmio.phys_addr;
        exit->Count = 1;
        exit->Flags = ExitFlags.None;
        exit->Data = isWrite ? Unsafe.ReadUnaligned<ulong>(ref mmio.data[0]) & (ulong.MaxValue >> (64 - (8 * (int)mmio.len))) : 0;
        state->Work = isWrite ? KvmWork.Completion : KvmWork.Completion | KvmWork.Answer;
        if (state->Restricted->Count != 0)
        {
            FindMemoryFault(state);
        }
    }

    // KVM reports a write to read-only memory like one to a device.
    private static void FindMemoryFault(KvmVcpuState* state)
    {
        VcpuExit* exit = &state->Exit;
        if (RestrictedRanges.Find(state->Restricted, exit->Address) != null)
        {
            exit->Detail = (ulong)(exit->Reason == ExitReason.MmioWrite ? Memory.MemoryProtection.Write : Memory.MemoryProtection.Read);
            exit->Reason = ExitReason.MemoryFault;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void DecodeOther(KvmVcpuState* state)
    {
        kvm_run* run = state->Run;
        switch (run->exit_reason)
        {
            case kvm_exit.KVM_EXIT_INTR:
                Set(state, ExitReason.Interrupted);
                break;

            case kvm_exit.KVM_EXIT_IRQ_WINDOW_OPEN:
                Set(state, KvmExternalInterrupts.TryTakeWindow(state) ? ExitReason.Interrupted : ExitReason.InterruptWindow);
                break;

            case kvm_exit.KVM_EXIT_IOAPIC_EOI:
                Set(state, ExitReason.Interrupted);
                state->EndedVector = run->u.eoi.vector;
                state->Work = KvmWork.EndOfInterrupt;
                break;

            case kvm_exit.KVM_EXIT_HLT:
                Halted(state, run->if_flag == 0 ? ExitFlags.InterruptsDisabled : ExitFlags.None);
                break;

            case kvm_exit.KVM_EXIT_SHUTDOWN:
                Set(state, ExitReason.Shutdown);
                break;

            case kvm_exit.KVM_EXIT_DEBUG:
                Set(state, run->u.debug.exception == BreakpointVector ? ExitReason.Breakpoint : ExitReason.Debug, detail: run->u.debug.dr6);
                break;

            case kvm_exit.KVM_EXIT_X86_RDMSR:
                Set(state, ExitReason.MsrRead, detail: run->u.msr.index);
                state->Work = KvmWork.Completion | KvmWork.Answer;
                break;

            case kvm_exit.KVM_EXIT_X86_WRMSR:
                Set(state, ExitReason.MsrWrite, detail: run->u.msr.index);
                state->Exit.Data = run->u.msr.data;
                state->Work = KvmWork.Completion | KvmWork.Answer;
                break;

            default:
                Set(state, ExitReason.Failure, detail: KvmFailure.OfExit(run));
                break;
        }
    }

    private static void Set(KvmVcpuState* state, ExitReason reason, ExitFlags flags = ExitFlags.None, ulong detail = 0)
    {
        VcpuExit* exit = &state->Exit;
        exit->Reason = reason;
        exit->Flags = flags;
        exit->Count = 1;
        exit->Data = 0;
        exit->Detail = detail;
    }
}
