using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>Whether SIMD and x87 instructions may execute, and where their memory operands are.</summary>
internal static unsafe class SimdAccess
{
    private const ulong Blocking = Cr0Bits.Emulation | Cr0Bits.TaskSwitched;

    /// <summary>Byte offset of x87 physical register 0, which is MM0.</summary>
    public const int MmxBase = 1288;

    /// <summary>SSE needs CR0.EM = 0, CR4.OSFXSR = 1 (else #UD) and CR0.TS = 0 (else #NM).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool MayUseSse(Cpu* cpu) => ((cpu->Cr0 & Blocking) | (~cpu->Cr4 & Cr4Bits.FxsaveSupport)) == 0;

    /// <summary>MMX needs CR0.EM = 0 (else #UD), CR0.TS = 0 (else #NM), and no x87 error pending (else #MF).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool MayUseMmx(Cpu* cpu) => ((cpu->Cr0 & Blocking) | (cpu->Fpu.Status & (ulong)FpuStatus.ErrorSummary)) == 0;

    /// <summary>Records the exception of an SSE instruction that may not execute.</summary>
    public static Step RefusalOfSse(Cpu* cpu) => Faults.Raise(
        cpu,
        (cpu->Cr0 & Cr0Bits.Emulation) != 0 || (cpu->Cr4 & Cr4Bits.FxsaveSupport) == 0 ? Vectors.InvalidOpcode : Vectors.DeviceNotAvailable);

    /// <summary>The same for MMX.</summary>
    public static Step RefusalOfMmx(Cpu* cpu) => Faults.Raise(
        cpu,
        (cpu->Cr0 & Cr0Bits.Emulation) != 0 ? Vectors.InvalidOpcode
        : (cpu->Cr0 & Cr0Bits.TaskSwitched) != 0 ? Vectors.DeviceNotAvailable
        : Vectors.FloatingPoint);

    /// <summary>Ends the block with the exception of an SSE instruction that may not execute.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RefuseSse(Cpu* cpu, MicroOp* op) => Stop(cpu, op, RefusalOfSse(cpu));

    /// <summary>The same for MMX.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RefuseMmx(Cpu* cpu, MicroOp* op) => Stop(cpu, op, RefusalOfMmx(cpu));

    /// <summary>The same for x87, to which CR0.EM too means that the device is not available.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RefuseX87(Cpu* cpu, MicroOp* op) =>
        Stop(cpu, op, Faults.Raise(cpu, (cpu->Cr0 & Blocking) != 0 ? Vectors.DeviceNotAvailable : Vectors.FloatingPoint));

    /// <summary>#GP(0): an operand that must lie at a multiple of 16 does not.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RefuseAlignment(Cpu* cpu, MicroOp* op) => Stop(cpu, op, Faults.Protection(cpu));

    /// <summary>A function recorded an exception.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Stop(Cpu* cpu, MicroOp* op, Step step)
    {
        Blocks.Sync(cpu, op);
        cpu->Outcome = step;
    }

    /// <summary>The memory operand must be aligned, and is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsMisaligned(MicroOp* op, ulong linear) => (linear & 15) != 0 && (op->Flags & OpFlags.Aligned) != 0;
}
