using System.Buffers.Binary;
using VmmEngine.Abi.FreeBsd;

namespace VmmEngine.Instructions;

/// <summary>
/// Decodes an instruction that touches memory, for the client that is to carry it out: prefixes, opcode, operand, displacement, immediate.
/// </summary>
/// <remarks>
/// Integer instructions with a memory operand are known; of any other the client gets the bytes and <c>decoded</c> 0. The operation's type is
/// private to this decoder: 1 for an opcode of one byte, 2 for one behind 0F.
/// </remarks>
internal ref struct VieDecoder
{
    private const byte TwoByteEscape = 0x0F;
    private const byte OneByteType = 1;
    private const byte TwoByteType = 2;
    private const int DirectOperand = 3;
    private const int SibFollows = 4;
    private const int NoBase = 5;
    private const int NoIndex = 4;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly bool _isLong;
    private InstructionPrefixes _prefixes;
    private int _position;

    private VieDecoder(ReadOnlySpan<byte> bytes, int cpuMode, bool defaultIs32)
    {
        _bytes = bytes;
        _isLong = cpuMode == vm_cpu_mode.CPU_MODE_64BIT;
        _prefixes = InstructionPrefixes.Read(bytes, cpuMode, defaultIs32);
        _position = _prefixes.Length;
    }

    /// <summary>General registers in encoding order, as the interface numbers them.</summary>
    private static ReadOnlySpan<byte> General => [0, 2, 3, 1, 19, 6, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14];

    /// <summary>Base and index of the operands with 16-bit addresses; 49 for none.</summary>
    private static ReadOnlySpan<byte> Base16 => [1, 1, 6, 6, 4, 5, 6, 1];

    private static ReadOnlySpan<byte> Index16 => [4, 5, 4, 5, 49, 49, 49, 49];

    /// <summary>Decodes the instruction at the start of some bytes.</summary>
    /// <param name="bytes">Up to 15.</param>
    /// <param name="cpuMode">A value of <see cref="vm_cpu_mode"/>.</param>
    /// <param name="defaultIs32">The D bit of the code segment.</param>
    /// <param name="vie">Zeroed; the instruction.</param>
    public static unsafe void Decode(ReadOnlySpan<byte> bytes, int cpuMode, bool defaultIs32, ref vie vie)
    {
        vie = default;
        for (int index = 0; index < bytes.Length; index++)
        {
            vie.inst[index] = bytes[index];
        }

        vie.num_valid = (byte)bytes.Length;
        vie.base_register = vie.index_register = vie.segment_register = vm_reg_name.VM_REG_LAST;
        VieDecoder decoder = new(bytes, cpuMode, defaultIs32);
        decoder.WritePrefixes(ref vie);
        vie.decoded = decoder.TryDecode(ref vie) ? (byte)1 : (byte)0;
        vie.num_processed = (byte)decoder._position;
    }

    private readonly void WritePrefixes(ref vie vie)
    {
        int rex = _prefixes.Rex;
        vie.addrsize_opsize = (byte)(_prefixes.AddressSize | (_prefixes.OperandSize << 4));
        vie.prefixes = (byte)(((rex >> 3) & 1)
            | ((rex >> 1) & 2)
            | ((rex << 1) & 4)
            | ((rex << 3) & 8)
            | (rex != 0 ? 0x10 : 0)
            | (_prefixes.HasRepz ? 0x20 : 0)
            | (_prefixes.HasRepnz ? 0x40 : 0)
            | (_prefixes.OverridesOperandSize ? 0x80 : 0));
        vie.overrides_mod_reg = (byte)((_prefixes.OverridesAddressSize ? 1 : 0)
            | (_prefixes.Segment != vm_reg_name.VM_REG_LAST ? 2 : 0));
        vie.segment_register = _prefixes.Segment;
    }

    private bool TryDecode(ref vie vie)
    {
        if (!TryTake(out byte opcode))
        {
            return false;
        }

        bool isTwoByte = opcode == TwoByteEscape;
        if (isTwoByte && !TryTake(out opcode))
        {
            return false;
        }

        VieOperands operands = isTwoByte ? VieOpcodes.TwoByte(opcode) : VieOpcodes.OneByte(opcode);
        vie.op = new vie_op { op_byte = opcode, op_type = isTwoByte ? TwoByteType : OneByteType, op_flags = (ushort)operands };
        return operands != VieOperands.Unknown
            && ((operands & VieOperands.ModRm) == 0 || TryTakeOperand(ref vie))
            && TryTakeImmediate(ref vie, operands);
    }

    private bool TryTakeOperand(ref vie vie)
    {
        if (!TryTake(out byte modRm))
        {
            return false;
        }

        int mod = modRm >> 6;
        int rm = modRm & 7;
        int reg = ((modRm >> 3) & 7) | ((_prefixes.Rex << 1) & 8);
        vie.overrides_mod_reg |= (byte)((mod << 2) | (reg << 4));
        vie.rm_ss_vex = (byte)rm;
        if (mod == DirectOperand)
        {
            return false; // a register, which no memory access comes from
        }

        return _prefixes.AddressSize == 2 ? TryTakeOperand16(ref vie, mod, rm)
            : rm == SibFollows ? TryTakeSib(ref vie, mod)
            : TryTakePlainOperand(ref vie, mod, rm);
    }

    private bool TryTakeOperand16(ref vie vie, int mod, int rm)
    {
        if (mod == 0 && rm == 6)
        {
            return TryTakeDisplacement(ref vie, 2);
        }

        vie.base_register = Base16[rm];
        vie.index_register = Index16[rm];
        vie.scale = vie.index_register != vm_reg_name.VM_REG_LAST ? (byte)1 : (byte)0;
        return TryTakeDisplacement(ref vie, mod);
    }

    private bool TryTakePlainOperand(ref vie vie, int mod, int rm)
    {
        if (mod == 0 && rm == NoBase)
        {
            vie.base_register = _isLong ? vm_reg_name.VM_REG_GUEST_RIP : vm_reg_name.VM_REG_LAST;
            return TryTakeDisplacement(ref vie, 4);
        }

        rm |= (_prefixes.Rex << 3) & 8;
        vie.rm_ss_vex = (byte)rm;
        vie.base_register = General[rm];
        return TryTakeDisplacement(ref vie, mod == 2 ? 4 : mod);
    }

    private bool TryTakeSib(ref vie vie, int mod)
    {
        if (!TryTake(out byte sib))
        {
            return false;
        }

        int scale = sib >> 6;
        int index = ((sib >> 3) & 7) | ((_prefixes.Rex << 2) & 8);
        int @base = (sib & 7) | ((_prefixes.Rex << 3) & 8);
        vie.rm_ss_vex |= (byte)(scale << 4);
        vie.index_base = (byte)(index | (@base << 4));
        if (index != NoIndex)
        {
            vie.index_register = General[index];
            vie.scale = (byte)(1 << scale);
        }

        if (mod == 0 && (@base & 7) == NoBase)
        {
            return TryTakeDisplacement(ref vie, 4);
        }

        vie.base_register = General[@base];
        return TryTakeDisplacement(ref vie, mod == 2 ? 4 : mod);
    }

    private bool TryTakeDisplacement(ref vie vie, int size)
    {
        vie.disp_bytes = (byte)size;
        bool taken = TryTakeNumber(size, out long displacement);
        vie.displacement = displacement;
        return taken;
    }

    private bool TryTakeImmediate(ref vie vie, VieOperands operands)
    {
        const int FirstOfGroupWithout = 2;
        bool has = (operands & VieOperands.InGroup3) == 0 || ((vie.overrides_mod_reg >> 4) & 7) < FirstOfGroupWithout;
        int size = !has ? 0
            : (operands & VieOperands.Offset) != 0 ? _prefixes.AddressSize
            : (operands & VieOperands.Immediate8) != 0 ? 1
            : (operands & VieOperands.Immediate) != 0 ? Math.Min(_prefixes.OperandSize, 4)
            : 0;
        vie.imm_bytes = (byte)size;
        bool taken = TryTakeNumber(size, out long immediate);
        vie.immediate = immediate;
        return taken;
    }

    private bool TryTakeNumber(int size, out long value)
    {
        value = 0;
        if (size > _bytes.Length - _position)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = _bytes.Slice(_position, size);
        _position += size;
        value = size switch
        {
            0 => 0,
            1 => (sbyte)bytes[0],
            2 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            4 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            _ => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        };
        return true;
    }

    private bool TryTake(out byte value)
    {
        value = 0;
        if (_position == _bytes.Length)
        {
            return false;
        }

        value = _bytes[_position++];
        return true;
    }
}
