namespace VmmEngine.FreeBsd;

/// <summary>What the bytes of an instruction on a port say that an exit may not.</summary>
/// <param name="Length">Bytes; 0 for any other instruction.</param>
/// <param name="IsString">INS or OUTS.</param>
/// <param name="IsRepeated">With a REP prefix.</param>
/// <param name="AddressSize">Bytes of a string instruction's address: 2, 4 or 8.</param>
/// <param name="Segment">A segment register of vm_reg_name, of which VM_REG_LAST stands for no override.</param>
internal readonly record struct PortInstruction(int Length, bool IsString, bool IsRepeated, int AddressSize, int Segment)
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
        int length = opcode switch
        {
            >= 0xE4 and <= 0xE7 => prefixes.Length + 2, // the port is an immediate
            >= 0xEC and <= 0xEF => prefixes.Length + 1,
            _ => isString ? prefixes.Length + 1 : 0,
        };
        return new PortInstruction(length, isString, isString && (prefixes.HasRepz || prefixes.HasRepnz), prefixes.AddressSize, prefixes.Segment);
    }
}
