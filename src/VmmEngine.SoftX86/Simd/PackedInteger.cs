using System.Runtime.Intrinsics;
using static VmmEngine.SoftX86.Lanes;

namespace VmmEngine.SoftX86;

/// <summary>Element-wise integer arithmetic, comparison and logic. MMX forms run the same functions and ignore the upper half.</summary>
internal static unsafe class PackedInteger
{
    public static Step AddBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Of<byte>(d) + Of<byte>(s));

    public static Step AddWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Of<ushort>(d) + Of<ushort>(s));

    public static Step AddDoublewords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Of<uint>(d) + Of<uint>(s));

    public static Step AddQuadwords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Of<ulong>(d) + Of<ulong>(s));

    public static Step SubtractBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Of<byte>(d) - Of<byte>(s));

    public static Step SubtractWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Of<ushort>(d) - Of<ushort>(s));

    public static Step SubtractDoublewords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Of<uint>(d) - Of<uint>(s));

    public static Step SubtractQuadwords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Of<ulong>(d) - Of<ulong>(s));

    public static Step EqualBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Vector128.Equals(Of<byte>(d), Of<byte>(s)));

    public static Step EqualWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Vector128.Equals(Of<ushort>(d), Of<ushort>(s)));

    public static Step EqualDoublewords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Vector128.Equals(Of<uint>(d), Of<uint>(s)));

    public static Step GreaterBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Vector128.GreaterThan(Of<sbyte>(d), Of<sbyte>(s)));

    public static Step GreaterWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Vector128.GreaterThan(Of<short>(d), Of<short>(s)));

    public static Step GreaterDoublewords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Vector128.GreaterThan(Of<int>(d), Of<int>(s)));

    public static Step MinUnsignedBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Vector128.Min(Of<byte>(d), Of<byte>(s)));

    public static Step MaxUnsignedBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Vector128.Max(Of<byte>(d), Of<byte>(s)));

    public static Step MinSignedWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Vector128.Min(Of<short>(d), Of<short>(s)));

    public static Step MaxSignedWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Vector128.Max(Of<short>(d), Of<short>(s)));

    public static Step And(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Of<ulong>(d) & Of<ulong>(s));

    public static Step AndNot(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, ~Of<ulong>(d) & Of<ulong>(s));

    public static Step Or(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Of<ulong>(d) | Of<ulong>(s));

    public static Step Xor(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Of<ulong>(d) ^ Of<ulong>(s));

    /// <summary>(a + b + 1) / 2 without a wider type: the bits in common, and half of the others rounded up.</summary>
    public static Step AverageBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        Vector128<byte> a = Of<byte>(d), b = Of<byte>(s);
        return Put(d, (a | b) - Vector128.ShiftRightLogical(a ^ b, 1));
    }

    public static Step AverageWords(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        Vector128<ushort> a = Of<ushort>(d), b = Of<ushort>(s);
        return Put(d, (a | b) - Vector128.ShiftRightLogical(a ^ b, 1));
    }
}
