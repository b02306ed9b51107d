using System.Runtime.Intrinsics;
using static VmmEngine.SoftX86.Lanes;

namespace VmmEngine.SoftX86;

/// <summary>Packing, interleaving and shuffling.</summary>
internal static unsafe class PackedShuffle
{
    public static Step PackSignedWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) =>
        Put(d, Vector128.Narrow(Clamp(Of<short>(d), sbyte.MinValue, sbyte.MaxValue), Clamp(Of<short>(s), sbyte.MinValue, sbyte.MaxValue)));

    public static Step PackUnsignedWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) =>
        Put(d, Vector128.Narrow(Clamp(Of<short>(d), 0, 255), Clamp(Of<short>(s), 0, 255)));

    public static Step PackSignedDoublewords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Vector128.Narrow(Clamp(Of<int>(d)), Clamp(Of<int>(s))));

    /// <summary>PUNPCKL*: MMX forms take the same low 4 bytes of both.</summary>
    public static Step LowBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, InterleaveBytes(*(ulong*)d, *(ulong*)s));

    public static Step LowWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, InterleaveWords(*(ulong*)d, *(ulong*)s));

    public static Step LowDoublewords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, InterleaveDoublewords(*(ulong*)d, *(ulong*)s));

    public static Step LowQuadwords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Vector128.Create(*(ulong*)d, *(ulong*)s));

    public static Step HighBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, InterleaveBytes(((ulong*)d)[1], ((ulong*)s)[1]));

    public static Step HighWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, InterleaveWords(((ulong*)d)[1], ((ulong*)s)[1]));

    public static Step HighDoublewords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, InterleaveDoublewords(((ulong*)d)[1], ((ulong*)s)[1]));

    public static Step HighQuadwords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Vector128.Create(((ulong*)d)[1], ((ulong*)s)[1]));

    public static Step Doublewords(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        Vector128<uint> source = Of<uint>(s);
        int order = (int)op->Immediate;
        return Put(d, Vector128.Create(source[order & 3], source[(order >> 2) & 3], source[(order >> 4) & 3], source[(order >> 6) & 3]));
    }

    /// <summary>PSHUFLW.</summary>
    public static Step LowFourWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) =>
        Put(d, Vector128.Create(FourWords(*(ulong*)s, (int)op->Immediate), ((ulong*)s)[1]));

    /// <summary>PSHUFHW.</summary>
    public static Step HighFourWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) =>
        Put(d, Vector128.Create(*(ulong*)s, FourWords(((ulong*)s)[1], (int)op->Immediate)));

    /// <summary>PSHUFW.</summary>
    public static Step MmxWords(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        *(ulong*)d = FourWords(*(ulong*)s, (int)op->Immediate);
        return Step.Next;
    }

    /// <summary>SHUFPS: two elements of the destination, two of the source.</summary>
    public static Step Singles(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        Vector128<uint> a = Of<uint>(d), b = Of<uint>(s);
        int order = (int)op->Immediate;
        return Put(d, Vector128.Create(a[order & 3], a[(order >> 2) & 3], b[(order >> 4) & 3], b[(order >> 6) & 3]));
    }

    /// <summary>SHUFPD.</summary>
    public static Step Doubles(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        Vector128<ulong> a = Of<ulong>(d), b = Of<ulong>(s);
        int order = (int)op->Immediate;
        return Put(d, Vector128.Create(a[order & 1], b[(order >> 1) & 1]));
    }

    public static Step InsertWord(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        ((ushort*)d)[op->Immediate & 7] = *(ushort*)s;
        return Step.Next;
    }

    public static Step ExtractWord(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        *(ulong*)d = ((ushort*)s)[op->Immediate & 7];
        return Step.Next;
    }

    private static ulong FourWords(ulong source, int order) =>
        (ushort)(source >> (16 * (order & 3)))
        | ((ulong)(ushort)(source >> (16 * ((order >> 2) & 3))) << 16)
        | ((ulong)(ushort)(source >> (16 * ((order >> 4) & 3))) << 32)
        | ((ulong)(ushort)(source >> (16 * ((order >> 6) & 3))) << 48);

    private static Vector128<short> Clamp(Vector128<short> value, short least, short most) =>
        Vector128.Min(Vector128.Max(value, Vector128.Create(least)), Vector128.Create(most));

    private static Vector128<int> Clamp(Vector128<int> value) =>
        Vector128.Min(Vector128.Max(value, Vector128.Create((int)short.MinValue)), Vector128.Create((int)short.MaxValue));

    private static Vector128<ushort> InterleaveBytes(ulong even, ulong odd)
    {
        // Widening puts every byte into the lower half of a word.
        Vector128<ushort> a = Vector128.WidenLower(Vector128.CreateScalar(even).AsByte());
        return a | (Vector128.WidenLower(Vector128.CreateScalar(odd).AsByte()) << 8);
    }

    private static Vector128<uint> InterleaveWords(ulong even, ulong odd)
    {
        Vector128<uint> a = Vector128.WidenLower(Vector128.CreateScalar(even).AsUInt16());
        return a | (Vector128.WidenLower(Vector128.CreateScalar(odd).AsUInt16()) << 16);
    }

    private static Vector128<ulong> InterleaveDoublewords(ulong even, ulong odd) =>
        Vector128.Create((uint)even | (odd << 32), (even >> 32) | (odd & 0xFFFF_FFFF_0000_0000));
}
