using System.Runtime.Intrinsics;
using static VmmEngine.SoftX86.Lanes;

namespace VmmEngine.SoftX86;

/// <summary>Shifts. A count beyond the element clears it, or fills it with the sign; .NET's operators would take it modulo the size.</summary>
internal static unsafe class PackedShift
{
    public static Step LeftWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Count(op, s) is < 16 and ulong n ? Of<ushort>(d) << (int)n : default);

    public static Step LeftDoublewords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Count(op, s) is < 32 and ulong n ? Of<uint>(d) << (int)n : default);

    public static Step LeftQuadwords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Count(op, s) is < 64 and ulong n ? Of<ulong>(d) << (int)n : default);

    public static Step RightWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Count(op, s) is < 16 and ulong n ? Of<ushort>(d) >>> (int)n : default);

    public static Step RightDoublewords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Count(op, s) is < 32 and ulong n ? Of<uint>(d) >>> (int)n : default);

    public static Step RightQuadwords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Count(op, s) is < 64 and ulong n ? Of<ulong>(d) >>> (int)n : default);

    public static Step ArithmeticWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Of<short>(d) >> (int)Math.Min(Count(op, s), 15));

    public static Step ArithmeticDoublewords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Of<int>(d) >> (int)Math.Min(Count(op, s), 31));

    /// <summary>PSLLDQ: the whole register, by bytes.</summary>
    public static Step LeftBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        var value = new UInt128(((ulong*)d)[1], *(ulong*)d);
        return PutWide(d, (byte)op->Immediate < 16 ? value << (8 * (byte)op->Immediate) : UInt128.Zero);
    }

    /// <summary>PSRLDQ.</summary>
    public static Step RightBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        var value = new UInt128(((ulong*)d)[1], *(ulong*)d);
        return PutWide(d, (byte)op->Immediate < 16 ? value >> (8 * (byte)op->Immediate) : UInt128.Zero);
    }

    private static Step PutWide(byte* d, UInt128 value) => Put(d, Vector128.Create((ulong)value, (ulong)(value >> 64)));

    /// <summary>
    /// All 64 bits of the count operand count. Forms with an immediate name no second register: their Source is 0, which no vector register has.
    /// </summary>
    private static ulong Count(MicroOp* op, byte* s) =>
        op->Source != 0 || (op->Flags & OpFlags.Memory) != 0 ? *(ulong*)s : (byte)op->Immediate;
}
