namespace VmmEngine.SoftX86;

/// <summary>Which numbers are addresses.</summary>
internal static unsafe class Addresses
{
    /// <summary>True if bits 47 to 63 are all alike.</summary>
    public static bool IsCanonical(ulong address) => (ulong)((long)address << 16 >> 16) == address;

    /// <summary>RIP of the instruction behind the current one, in the current mode's width.</summary>
    public static ulong Next(Cpu* cpu, MicroOp* op) => Next(cpu, op->Length);

    /// <summary>RIP plus a length, in the current mode's width.</summary>
    public static ulong Next(Cpu* cpu, int length)
    {
        ulong next = cpu->Rip + (uint)length;
        return cpu->Mode switch
        {
            CpuMode.Long64 => next,
            CpuMode.Protected32 or CpuMode.Compatibility32 => (uint)next,

            // 16-bit code may run past 64 KiB if the limit lets it: IP is not wrapped by sequential execution.
            _ => (uint)next,
        };
    }
}
