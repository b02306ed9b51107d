namespace VmmEngine.SoftX86;

/// <summary>XLAT.</summary>
internal static unsafe class Translation8
{
    /// <summary>AL = the byte at rBX + AL.</summary>
    public static Step Xlat(Cpu* cpu, MicroOp* op)
    {
        ulong offset = cpu->General[3] + *(byte*)cpu;
        offset = op->AddressSize switch { 2 => (ushort)offset, 4 => (uint)offset, _ => offset };
        if (!Segmentation.TryLinear(cpu, op->Segment, offset, 1, Access.Read, out ulong linear)
            || !LinearMemory.TryRead(cpu, linear, out byte value, Access.Read))
        {
            return Step.Fault;
        }

        *(byte*)cpu = value;
        return Step.Next;
    }
}
