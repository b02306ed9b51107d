namespace VmmEngine.Instructions;

/// <summary>What the bytes of an instruction on a port say that an exit may not.</summary>
/// <param name="Length">Bytes; 0 for any other instruction.</param>
/// <param name="IsString">INS or OUTS.</param>
/// <param name="IsRepeated">With a REP prefix.</param>
/// <param name="AddressSize">Bytes of a string instruction's address: 2, 4 or 8.</param>
/// <param name="Segment">A segment register of vm_reg_name, of which VM_REG_LAST stands for no override.</param>
/// <param name="HasImmediatePort">The port stands in the instruction, not in DX.</param>
internal readonly record struct PortInstruction(int Length, bool IsString, bool IsRepeated, int AddressSize, int Segment, bool HasImmediatePort)
{
    /// <summary>Decodes the instruction at the start of some bytes.</summary>
    /// <param name="bytes">Up to 15.</param>
    /// <param name="cpuMode">A value of vm_cpu_mode.</param>
    /// <param name="defaultIs32">The D bit of the code segment.</param>
    public static PortInstruction Decode(ReadOnlySpan<byte> bytes, int cpuMode, bool defaultIs32)
    {
        InstructionPrefixes prefixes = InstructionPrefixes.Read(bytes, cpuMode, defaultIs32);
        if (prefixes.Length == bytes.Length)
        {
            return default;
        }

        byte opcode = bytes[prefixes.Length];
        bool isString = opcode is >= 0x6C and <= 0x6F;
        bool hasImmediatePort = opcode is >= 0xE4 and <= 0xE7;
        int length = opcode switch
        {
            _ when hasImmediatePort => prefixes.Length + 2,
            >= 0xEC and <= 0xEF => prefixes.Length + 1,
            _ => isString ? prefixes.Length + 1 : 0,
        };
        return new PortInstruction(length, isString, isString && (prefixes.HasRepz || prefixes.HasRepnz), prefixes.AddressSize, prefixes.Segment, hasImmediatePort);
    }
}
