using System.Numerics;

namespace VmmEngine.SoftX86;

/// <summary>Decimal and ASCII adjustment of AL and AX. OF, and with AAA and AAS also SF, ZF and PF, are undefined.</summary>
internal static unsafe class DecimalAdjust
{
    /// <summary>DAA.</summary>
    public static Step Daa(Cpu* cpu, MicroOp* op) => AdjustPacked(cpu, 1);

    /// <summary>DAS.</summary>
    public static Step Das(Cpu* cpu, MicroOp* op) => AdjustPacked(cpu, -1);

    /// <summary>AAA.</summary>
    public static Step Aaa(Cpu* cpu, MicroOp* op) => AdjustUnpacked(cpu, 0x106);

    /// <summary>AAS.</summary>
    public static Step Aas(Cpu* cpu, MicroOp* op) => AdjustUnpacked(cpu, -0x106);

    /// <summary>AAM imm8: AH, AL = AL / imm, AL % imm; #DE for 0.</summary>
    public static Step Aam(Cpu* cpu, MicroOp* op)
    {
        uint radix = (byte)op->Immediate;
        if (radix == 0)
        {
            return Faults.Raise(cpu, Vectors.DivideError);
        }

        uint al = *(byte*)cpu;
        *(ushort*)cpu = (ushort)((al / radix << 8) | (al % radix));
        Record(cpu, (byte)(al % radix), 0);
        return Step.Next;
    }

    /// <summary>AAD imm8: AL = AL + AH * imm, AH = 0.</summary>
    public static Step Aad(Cpu* cpu, MicroOp* op)
    {
        byte al = (byte)(*(byte*)cpu + (*((byte*)cpu + 1) * (byte)op->Immediate));
        *(ushort*)cpu = al;
        Record(cpu, al, 0);
        return Step.Next;
    }

    private static Step AdjustPacked(Cpu* cpu, int sign)
    {
        uint flags = LazyFlags.Compute(cpu);
        int al = *(byte*)cpu;
        bool adjust = (al & 15) > 9 || (flags & StatusFlags.Adjust) != 0;
        bool carry = al > 0x99 || (flags & StatusFlags.Carry) != 0;

        // DAS borrows also when the lower digit's adjustment does.
        bool borrow = sign < 0 && adjust && al < 6;
        byte result = (byte)(al + (sign * ((adjust ? 6 : 0) + (carry ? 0x60 : 0))));
        *(byte*)cpu = result;
        Record(cpu, result, (carry || borrow ? StatusFlags.Carry : 0) | (adjust ? StatusFlags.Adjust : 0));
        return Step.Next;
    }

    private static Step AdjustUnpacked(Cpu* cpu, int step)
    {
        uint flags = LazyFlags.Compute(cpu);
        int ax = *(ushort*)cpu;
        bool adjust = (ax & 15) > 9 || (flags & StatusFlags.Adjust) != 0;
        ax += adjust ? step : 0;
        *(ushort*)cpu = (ushort)(ax & 0xFF0F);
        Record(cpu, (byte)(ax & 15), adjust ? StatusFlags.Carry | StatusFlags.Adjust : 0);
        return Step.Next;
    }

    private static void Record(Cpu* cpu, byte result, uint carries)
    {
        uint flags = carries;
        flags |= result == 0 ? StatusFlags.Zero : 0;
        flags |= (result & 0x80) != 0 ? StatusFlags.Sign : 0;
        flags |= (BitOperations.PopCount(result) & 1) == 0 ? StatusFlags.Parity : 0;
        cpu->Rflags = (cpu->Rflags & ~(ulong)StatusFlags.All) | flags;
        cpu->FlagKind = FlagKind.None;
    }
}
