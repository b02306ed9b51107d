namespace VmmEngine.FreeBsd;

/// <summary>How long the instructions are that leave the guest without a memory operand.</summary>
internal static class ShortInstructions
{
    /// <summary>Bytes of a port instruction or PAUSE; 0 for anything else.</summary>
    /// <param name="bytes">The bytes from the instruction on.</param>
    /// <param name="cpuMode">A value of vm_cpu_mode.</param>
    /// <param name="defaultIs32">The D bit of the code segment.</param>
    public static int LengthOf(ReadOnlySpan<byte> bytes, int cpuMode, bool defaultIs32)
    {
        int prefixes = InstructionPrefixes.Read(bytes, cpuMode, defaultIs32).Length;
        if (prefixes == bytes.Length)
        {
            return 0;
        }

        return bytes[prefixes] switch
        {
            >= 0xE4 and <= 0xE7 => prefixes + 2, // the port is an immediate
            (>= 0xEC and <= 0xEF) or (>= 0x6C and <= 0x6F) or 0x90 => prefixes + 1,
            _ => 0,
        };
    }
}
