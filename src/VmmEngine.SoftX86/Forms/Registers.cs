using Iced.Intel;

namespace VmmEngine.SoftX86;

/// <summary>Register operands as the numbers that micro-ops carry.</summary>
internal static unsafe class Registers
{
    /// <summary>Byte offset of <see cref="Cpu.Zero"/>.</summary>
    public const ushort Zero = 128;

    /// <summary>Byte offset of <see cref="Cpu.BlockRip"/>.</summary>
    public const ushort BlockRip = 248;

    /// <summary>Byte offset of RSP.</summary>
    public const ushort StackPointer = 4 * 8;

    private const ushort FirstXmm = 1024;

    /// <summary>
    /// A general, XMM or MMX register's byte offset in <see cref="Cpu"/> (AH to BH: one byte above AL to BL); any other register's number.
    /// </summary>
    public static ushort Place(Register register)
    {
        if (register is >= Register.AL and <= Register.R15L)
        {
            int number = register - Register.AL;
            return (ushort)(number < 4 ? number * 8 : number < 8 ? ((number - 4) * 8) + 1 : (number - 4) * 8);
        }

        if (IsGeneral(register))
        {
            return (ushort)(register.GetNumber() * 8);
        }

        if (register.IsMM())
        {
            return (ushort)(SimdAccess.MmxBase + (register.GetNumber() * 16));
        }

        return register.IsXMM() ? (ushort)(FirstXmm + (register.GetNumber() * 16)) : (ushort)register.GetNumber();
    }

    /// <summary>The offset of an address's base or index register; no register reads as 0.</summary>
    public static ushort AddressPlace(Register register) => register switch
    {
        Register.None => Zero,
        Register.RIP or Register.EIP => BlockRip,
        _ => Place(register),
    };

    /// <summary>Writes 8 bits of a register.</summary>
    public static void Write(Cpu* cpu, ushort place, byte value) => *((byte*)cpu + place) = value;

    /// <summary>Writes 16 bits of a register.</summary>
    public static void Write(Cpu* cpu, ushort place, ushort value) => *(ushort*)((byte*)cpu + place) = value;

    /// <summary>Writes 32 bits of a register and clears the upper half.</summary>
    public static void Write(Cpu* cpu, ushort place, uint value) => *(ulong*)((byte*)cpu + place) = value;

    /// <summary>Writes a register.</summary>
    public static void Write(Cpu* cpu, ushort place, ulong value) => *(ulong*)((byte*)cpu + place) = value;

    /// <summary>True for the general registers of all sizes.</summary>
    public static bool IsGeneral(Register register) => register is >= Register.AL and <= Register.R15;
}
