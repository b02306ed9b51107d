using VmmEngine.Abi.FreeBsd;

namespace VmmEngine.Instructions;

/// <summary>What stands before an instruction's opcode.</summary>
internal ref struct InstructionPrefixes
{
    private const byte OperandSizeOverride = 0x66;
    private const byte AddressSizeOverride = 0x67;
    private const byte RepeatWhileNotZero = 0xF2;
    private const byte RepeatWhileZero = 0xF3;
    private const byte Lock = 0xF0;
    private const byte RexW = 8;

    /// <summary>Bytes.</summary>
    public int Length;

    /// <summary>The REX prefix; 0 for none.</summary>
    public byte Rex;

    /// <summary>A segment register of <see cref="vm_reg_name"/>; <see cref="vm_reg_name.VM_REG_LAST"/> without an override.</summary>
    public int Segment;

    /// <summary>Prefix 66.</summary>
    public bool OverridesOperandSize;

    /// <summary>Prefix 67.</summary>
    public bool OverridesAddressSize;

    /// <summary>Prefix F3.</summary>
    public bool HasRepz;

    /// <summary>Prefix F2.</summary>
    public bool HasRepnz;

    /// <summary>Bytes of an operand, prefixes considered: 2, 4 or 8.</summary>
    public int OperandSize;

    /// <summary>Bytes of an address, prefixes considered: 2, 4 or 8.</summary>
    public int AddressSize;

    /// <summary>Reads the prefixes at the start of some bytes.</summary>
    /// <param name="bytes">As many as there are.</param>
    /// <param name="cpuMode">A value of <see cref="vm_cpu_mode"/>.</param>
    /// <param name="defaultIs32">The D bit of the code segment.</param>
    public static InstructionPrefixes Read(ReadOnlySpan<byte> bytes, int cpuMode, bool defaultIs32)
    {
        bool isLong = cpuMode == vm_cpu_mode.CPU_MODE_64BIT;
        InstructionPrefixes prefixes = new() { Segment = vm_reg_name.VM_REG_LAST };
        while (prefixes.Length < bytes.Length && prefixes.TryTakeLegacy(bytes[prefixes.Length]))
        {
            prefixes.Length++;
        }

        if (isLong && prefixes.Length < bytes.Length && (bytes[prefixes.Length] & 0xF0) == 0x40)
        {
            prefixes.Rex = bytes[prefixes.Length++];
        }

        prefixes.SetSizes(isLong, defaultIs32);
        return prefixes;
    }

    private bool TryTakeLegacy(byte value)
    {
        switch (value)
        {
            case OperandSizeOverride: OverridesOperandSize = true; return true;
            case AddressSizeOverride: OverridesAddressSize = true; return true;
            case RepeatWhileZero: HasRepz = true; return true;
            case RepeatWhileNotZero: HasRepnz = true; return true;
            case Lock: return true;
            case 0x26: Segment = vm_reg_name.VM_REG_GUEST_ES; return true;
            case 0x2E: Segment = vm_reg_name.VM_REG_GUEST_CS; return true;
            case 0x36: Segment = vm_reg_name.VM_REG_GUEST_SS; return true;
            case 0x3E: Segment = vm_reg_name.VM_REG_GUEST_DS; return true;
            case 0x64: Segment = vm_reg_name.VM_REG_GUEST_FS; return true;
            case 0x65: Segment = vm_reg_name.VM_REG_GUEST_GS; return true;
            default: return false;
        }
    }

    private void SetSizes(bool isLong, bool defaultIs32)
    {
        if (isLong)
        {
            OperandSize = (Rex & RexW) != 0 ? 8 : OverridesOperandSize ? 2 : 4;
            AddressSize = OverridesAddressSize ? 4 : 8;
        }
        else
        {
            OperandSize = defaultIs32 != OverridesOperandSize ? 4 : 2;
            AddressSize = defaultIs32 != OverridesAddressSize ? 4 : 2;
        }
    }
}
