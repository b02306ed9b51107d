namespace VmmEngine.Instructions;

/// <summary>What follows an opcode that can have a memory operand.</summary>
[Flags]
internal enum VieOperands : ushort
{
    /// <summary>Nothing is known of the opcode.</summary>
    Unknown = 0,

    /// <summary>A ModR/M byte that names the memory operand.</summary>
    ModRm = 1,

    /// <summary>An immediate of the operand's size, at most 4 bytes.</summary>
    Immediate = 2,

    /// <summary>An immediate byte.</summary>
    Immediate8 = 4,

    /// <summary>The operand's offset itself, of the address's size.</summary>
    Offset = 8,

    /// <summary>Implicit memory operands.</summary>
    Implicit = 16,

    /// <summary>An immediate only for the first two operations of the group, which the ModR/M byte names.</summary>
    InGroup3 = 32,
}

/// <summary>The opcodes with integer memory operands.</summary>
internal static class VieOpcodes
{
    /// <summary>Opcodes of one byte.</summary>
    public static VieOperands OneByte(byte opcode) => opcode switch
    {
        < 0x40 when (opcode & 7) < 4 => VieOperands.ModRm, // the eight arithmetic operations
        0x63 or (>= 0x84 and <= 0x8B) or 0x8F or 0xFE or 0xFF => VieOperands.ModRm,
        0x69 or 0x81 or 0xC7 => VieOperands.ModRm | VieOperands.Immediate,
        0x6B or 0x80 or 0x83 or 0xC0 or 0xC1 or 0xC6 => VieOperands.ModRm | VieOperands.Immediate8,
        >= 0xD0 and <= 0xD3 => VieOperands.ModRm,
        0xF6 => VieOperands.ModRm | VieOperands.Immediate8 | VieOperands.InGroup3,
        0xF7 => VieOperands.ModRm | VieOperands.Immediate | VieOperands.InGroup3,
        >= 0xA0 and <= 0xA3 => VieOperands.Offset,
        (>= 0xA4 and <= 0xA7) or (>= 0xAA and <= 0xAF) => VieOperands.Implicit,
        _ => VieOperands.Unknown,
    };

    /// <summary>Opcodes behind the byte 0F.</summary>
    public static VieOperands TwoByte(byte opcode) => opcode switch
    {
        0xA3 or 0xAB or 0xB3 or 0xBB => VieOperands.ModRm, // bit tests
        0xA5 or 0xAD or 0xAE or 0xAF => VieOperands.ModRm,
        0xA4 or 0xAC or 0xBA => VieOperands.ModRm | VieOperands.Immediate8,
        0xB0 or 0xB1 or 0xC0 or 0xC1 or 0xC7 => VieOperands.ModRm,
        0xB6 or 0xB7 or 0xBC or 0xBD or 0xBE or 0xBF => VieOperands.ModRm,
        (>= 0x40 and <= 0x4F) or (>= 0x90 and <= 0x9F) or 0xC3 => VieOperands.ModRm,
        _ => VieOperands.Unknown,
    };
}
