namespace VmmEngine.SoftX86;

/// <summary>INT n, INT3, INTO and INT1.</summary>
internal static unsafe class SoftwareInterrupts
{
    /// <summary>INT n. Virtual-8086 mode asks for IOPL 3.</summary>
    public static Step Int(Cpu* cpu, MicroOp* op) => Modes.IsVirtual8086(cpu) && !Flags.AdmitsIo(cpu)
        ? Faults.Protection(cpu)
        : Exceptions.Call(cpu, (byte)op->Immediate, ExceptionKind.Software, Addresses.Next(cpu, op));

    /// <summary>INT3.</summary>
    public static Step Int3(Cpu* cpu, MicroOp* op) =>
        Exceptions.Call(cpu, Vectors.Breakpoint, ExceptionKind.Software, Addresses.Next(cpu, op));

    /// <summary>INTO: nothing unless OF is set. Not in 64-bit mode, where the decoder has none.</summary>
    public static Step Into(Cpu* cpu, MicroOp* op)
    {
        if ((Flags.Get(cpu) & StatusFlags.Overflow) != 0)
        {
            return Exceptions.Call(cpu, Vectors.Overflow, ExceptionKind.Software, Addresses.Next(cpu, op));
        }

        cpu->Rip = Addresses.Next(cpu, op);
        return Step.EndBlock;
    }

    /// <summary>INT1: #DB as hardware raises it, whatever the gate's DPL.</summary>
    public static Step Int1(Cpu* cpu, MicroOp* op) => Exceptions.Call(cpu, Vectors.Debug, ExceptionKind.Trap, Addresses.Next(cpu, op));
}
