using Iced.Intel;

namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>Which flags the manual leaves undefined after an instruction with given operands.</summary>
internal static class UndefinedResults
{
    private const ulong Carry = 1, Parity = 4, Adjust = 0x10, Zero = 0x40, Sign = 0x80, Direction = 0x400, Overflow = 0x800;

    /// <summary>RFLAGS bits that are compared at all.</summary>
    public const ulong Compared = Carry | Parity | Adjust | Zero | Sign | Direction | Overflow;

    /// <summary>The undefined ones.</summary>
    public static ulong Flags(in Instruction instruction, in MachineState before)
    {
        if (ShiftCount(instruction, before) is not { } count)
        {
            return FromRflags(instruction.RflagsUndefined);
        }

        int bits = 8 * (instruction.Op0Kind == OpKind.Register ? instruction.Op0Register.GetSize() : instruction.MemorySize.GetSize());
        if (instruction.Mnemonic is Mnemonic.Shld or Mnemonic.Shrd && count > bits)
        {
            return Compared & ~Direction;
        }

        bool rotate = instruction.Mnemonic is Mnemonic.Rol or Mnemonic.Ror or Mnemonic.Rcl or Mnemonic.Rcr;
        ulong undefined = count == 0 || rotate ? 0 : Adjust;
        undefined |= count > 1 ? Overflow : 0;
        return undefined | (!rotate && count >= bits && instruction.Mnemonic != Mnemonic.Sar ? Carry : 0);
    }

    /// <summary>True when the destination itself is undefined.</summary>
    public static bool Destination(in Instruction instruction, in MachineState before) =>
        instruction.Mnemonic is Mnemonic.Shld or Mnemonic.Shrd && instruction.MemorySize is MemorySize.UInt16 or MemorySize.Unknown
            && instruction.Op1Register.GetSize() == 2 && ShiftCount(instruction, before) > 16;

    /// <summary>Bits of the x87 status word that the manual leaves undefined, or that Intel and AMD set differently.</summary>
    public static ushort FpuStatus(in Instruction instruction) => instruction.Mnemonic switch
    {
        // C1: FFREE leaves it undefined; FCOMI clears it on Intel and keeps it on AMD.
        Mnemonic.Ffree or Mnemonic.Ffreep or Mnemonic.Fcomi or Mnemonic.Fcomip or Mnemonic.Fucomi or Mnemonic.Fucomip => 0x200,
        _ => 0,
    };

    private static int? ShiftCount(in Instruction instruction, in MachineState before)
    {
        if (instruction.Mnemonic is not (Mnemonic.Shl or Mnemonic.Shr or Mnemonic.Sar or Mnemonic.Sal or Mnemonic.Rol or Mnemonic.Ror
            or Mnemonic.Rcl or Mnemonic.Rcr or Mnemonic.Shld or Mnemonic.Shrd))
        {
            return null;
        }

        int last = instruction.OpCount - 1;
        ulong count = instruction.GetOpKind(last) == OpKind.Register
            ? StatePreparation.ReadRegister(before, Register.RCX)
            : instruction.GetImmediate(last);
        return (int)(count & (instruction.Op0Register.IsGPR64() || instruction.MemorySize.GetSize() == 8 ? 63u : 31u));
    }

    /// <summary>Iced's bits as RFLAGS has them.</summary>
    public static ulong FromRflags(RflagsBits bits)
    {
        ulong flags = 0;
        flags |= (bits & RflagsBits.CF) != 0 ? Carry : 0;
        flags |= (bits & RflagsBits.PF) != 0 ? Parity : 0;
        flags |= (bits & RflagsBits.AF) != 0 ? Adjust : 0;
        flags |= (bits & RflagsBits.ZF) != 0 ? Zero : 0;
        flags |= (bits & RflagsBits.SF) != 0 ? Sign : 0;
        return flags | ((bits & RflagsBits.OF) != 0 ? Overflow : 0);
    }
}
