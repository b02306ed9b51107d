using System.Runtime.Intrinsics;
using static VmmEngine.SoftX86.Lanes;

namespace VmmEngine.SoftX86;

/// <summary>Moves between registers and memory, and masks of sign bits.</summary>
internal static unsafe class SimdMove
{
    /// <summary>MOVAPS, MOVUPS, MOVDQA, ...: 16 bytes either way.</summary>
    public static Step Sixteen(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Of<byte>(s));

    /// <summary>8 bytes to memory, an MMX register, or one half of an XMM register.</summary>
    public static Step Eight(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        *(ulong*)d = *(ulong*)s;
        return Step.Next;
    }

    /// <summary>MOVSS: between registers 4 bytes and no more; from memory the rest is cleared.</summary>
    public static Step Single(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        if ((op->Flags & OpFlags.Memory) != 0)
        {
            return Put(d, Vector128.CreateScalar(*(uint*)s));
        }

        *(uint*)d = *(uint*)s;
        return Step.Next;
    }

    /// <summary>MOVSD: the same with 8 bytes.</summary>
    public static Step Double(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        if ((op->Flags & OpFlags.Memory) != 0)
        {
            return Put(d, Vector128.CreateScalar(*(ulong*)s));
        }

        *(ulong*)d = *(ulong*)s;
        return Step.Next;
    }

    /// <summary>4 bytes to memory; to a register (MOVSS) no more either.</summary>
    public static Step Four(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        *(uint*)d = *(uint*)s;
        return Step.Next;
    }

    /// <summary>MOVD to a general register or memory: a register's upper half is cleared.</summary>
    public static Step FourToGeneral(Cpu* cpu, MicroOp* op, byte* d, byte* s) =>
        (op->Flags & OpFlags.Memory) != 0 ? Four(cpu, op, d, s) : FourExtended(cpu, op, d, s);

    /// <summary>4 bytes, zero-extended to 8: MOVD to an MMX register.</summary>
    public static Step FourExtended(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        *(ulong*)d = *(uint*)s;
        return Step.Next;
    }

    /// <summary>MOVD: 4 bytes into an XMM register, the rest cleared.</summary>
    public static Step FourAlone(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Vector128.CreateScalar(*(uint*)s));

    /// <summary>MOVQ: 8 bytes into an XMM register, the rest cleared.</summary>
    public static Step EightAlone(Cpu* cpu, MicroOp* op, byte* d, byte* s) => Put(d, Vector128.CreateScalar(*(ulong*)s));

    /// <summary>MOVQ to memory or to an XMM register, whose rest is cleared.</summary>
    public static Step EightFromVector(Cpu* cpu, MicroOp* op, byte* d, byte* s) =>
        (op->Flags & OpFlags.Memory) != 0 ? Eight(cpu, op, d, s) : EightAlone(cpu, op, d, s);

    /// <summary>MOVLHPS, and MOVHPS from memory.</summary>
    public static Step LowToHigh(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        ((ulong*)d)[1] = *(ulong*)s;
        return Step.Next;
    }

    /// <summary>MOVHLPS, and MOVHPS to memory.</summary>
    public static Step HighToLow(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        *(ulong*)d = ((ulong*)s)[1];
        return Step.Next;
    }

    public static Step SingleMask(Cpu* cpu, MicroOp* op, byte* d, byte* s) => PutMask(d, Of<uint>(s).ExtractMostSignificantBits());

    public static Step DoubleMask(Cpu* cpu, MicroOp* op, byte* d, byte* s) => PutMask(d, Of<ulong>(s).ExtractMostSignificantBits());

    public static Step ByteMask(Cpu* cpu, MicroOp* op, byte* d, byte* s) => PutMask(d, Of<byte>(s).ExtractMostSignificantBits());

    private static Step PutMask(byte* d, uint mask)
    {
        *(ulong*)d = mask;
        return Step.Next;
    }
}
