using System.Runtime.Intrinsics;
using static VmmEngine.SoftX86.Lanes;

namespace VmmEngine.SoftX86;

/// <summary>Multiplications and sums across elements.</summary>
internal static unsafe class PackedMultiply
{
    public static Step LowWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Of<short>(d) * Of<short>(s));

    public static Step HighSignedWords(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        (Vector128<int> low, Vector128<int> high) = Products(d, s);
        return Put(d, Vector128.Narrow(low >> 16, high >> 16));
    }

    public static Step HighUnsignedWords(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        (Vector128<uint> aLow, Vector128<uint> aHigh) = Vector128.Widen(Of<ushort>(d));
        (Vector128<uint> bLow, Vector128<uint> bHigh) = Vector128.Widen(Of<ushort>(s));
        return Put(d, Vector128.Narrow((aLow * bLow) >>> 16, (aHigh * bHigh) >>> 16));
    }

    /// <summary>PMADDWD: sums of neighbouring products.</summary>
    public static Step AddPairs(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        // Even and odd elements, sign-extended in place: no shuffle is needed, and the sum wraps as the processor's does.
        Vector128<int> a = Of<int>(d), b = Of<int>(s);
        return Put(d, ((a << 16 >> 16) * (b << 16 >> 16)) + ((a >> 16) * (b >> 16)));
    }

    /// <summary>PMULUDQ: 64-bit products of the even doublewords.</summary>
    public static Step EvenDoublewords(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        Vector128<ulong> mask = Vector128.Create(0xFFFF_FFFFul);
        return Put(d, (Of<ulong>(d) & mask) * (Of<ulong>(s) & mask));
    }

    /// <summary>PSADBW: sums of absolute differences, one a quadword.</summary>
    public static Step SumOfDifferences(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        Vector128<byte> a = Of<byte>(d), b = Of<byte>(s);
        Vector128<byte> difference = Vector128.Max(a, b) - Vector128.Min(a, b);
        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(difference);
        return Put(d, Vector128.Create((ulong)Vector128.Sum(low), Vector128.Sum(high)));
    }

    private static (Vector128<int> Low, Vector128<int> High) Products(byte* d, byte* s)
    {
        (Vector128<int> aLow, Vector128<int> aHigh) = Vector128.Widen(Of<short>(d));
        (Vector128<int> bLow, Vector128<int> bHigh) = Vector128.Widen(Of<short>(s));
        return (aLow * bLow, aHigh * bHigh);
    }
}
