using System.Runtime.Intrinsics;

namespace VmmEngine.SoftX86;

/// <summary>What 8-byte registers do differently from the lower half of 16-byte ones.</summary>
internal static unsafe class MmxShuffle
{
    public static Step PackSignedWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Both(cpu, op, d, s, &PackedShuffle.PackSignedWords);

    public static Step PackUnsignedWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Both(cpu, op, d, s, &PackedShuffle.PackUnsignedWords);

    public static Step PackSignedDoublewords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Both(cpu, op, d, s, &PackedShuffle.PackSignedDoublewords);

    public static Step HighBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Upper(cpu, op, d, s, &PackedShuffle.LowBytes);

    public static Step HighWords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Upper(cpu, op, d, s, &PackedShuffle.LowWords);

    public static Step HighDoublewords(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Upper(cpu, op, d, s, &PackedShuffle.LowDoublewords);

    public static Step InsertWord(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        ((ushort*)d)[op->Immediate & 3] = *(ushort*)s;
        return Step.Next;
    }

    public static Step ExtractWord(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        *(ulong*)d = ((ushort*)s)[op->Immediate & 3];
        return Step.Next;
    }

    public static Step ByteMask(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        *(ulong*)d = Vector128.CreateScalar(*(ulong*)s).AsByte().ExtractMostSignificantBits();
        return Step.Next;
    }

    /// <summary>Packs the 16 bytes destination:source; the source of the packing does not matter.</summary>
    private static Step Both(Cpu* cpu, MicroOp* op, byte* d, byte* s, delegate*<Cpu*, MicroOp*, byte*, byte*, Step> pack)
    {
        ulong* pair = stackalloc ulong[2] { *(ulong*)d, *(ulong*)s };
        _ = pack(cpu, op, (byte*)pair, (byte*)pair);
        *(ulong*)d = *pair;
        return Step.Next;
    }

    /// <summary>The upper 4 bytes of both, interleaved.</summary>
    private static Step Upper(Cpu* cpu, MicroOp* op, byte* d, byte* s, delegate*<Cpu*, MicroOp*, byte*, byte*, Step> interleave)
    {
        Vector128<ulong> even = Vector128.CreateScalar(*(ulong*)d >> 32), odd = Vector128.CreateScalar(*(ulong*)s >> 32);
        _ = interleave(cpu, op, (byte*)&even, (byte*)&odd);
        *(ulong*)d = even[0];
        return Step.Next;
    }
}
