using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>IN and OUT: exits to the run loop.</summary>
internal static unsafe class PortIo
{
    /// <summary>IN AL/AX/EAX, imm8.</summary>
    public static Step InImmediate(Cpu* cpu, MicroOp* op) => In(cpu, op, (byte)op->Immediate);

    /// <summary>IN AL/AX/EAX, DX.</summary>
    public static Step InRegister(Cpu* cpu, MicroOp* op) => In(cpu, op, (ushort)cpu->General[RegisterIndex.Rdx]);

    /// <summary>OUT imm8, AL/AX/EAX.</summary>
    public static Step OutImmediate(Cpu* cpu, MicroOp* op) => Out(cpu, op, (byte)op->Immediate);

    /// <summary>OUT DX, AL/AX/EAX.</summary>
    public static Step OutRegister(Cpu* cpu, MicroOp* op) => Out(cpu, op, (ushort)cpu->General[RegisterIndex.Rdx]);

    /// <summary>Records the exit of a port access of one element.</summary>
    public static void Record(Cpu* cpu, MicroOp* op, ExitReason reason, ushort port, ulong data, ExitFlags flags)
    {
        VcpuExit* exit = cpu->Exit;
        *exit = new VcpuExit
        {
            Reason = reason,
            Size = op->Size,
            InstructionLength = op->Length,
            Port = port,
            Data = data,
            Count = 1,
            Flags = flags,
            Rip = cpu->Rip,
        };
        exit->Elements = (byte*)&exit->Data;
        Breakpoints.WatchPort(cpu, port, op->Size);
    }

    private static Step In(Cpu* cpu, MicroOp* op, ushort port)
    {
        if (!PortAccess.TryCheck(cpu, port, op->Size))
        {
            return Step.Fault;
        }

        Record(cpu, op, ExitReason.PortIn, port, 0, ExitFlags.None);
        cpu->System.Io = new PendingIo { NextRip = Addresses.Next(cpu, op), Size = op->Size };
        cpu->Completion = &CompleteIn;
        return Step.Exit;
    }

    private static Step Out(Cpu* cpu, MicroOp* op, ushort port)
    {
        if (!PortAccess.TryCheck(cpu, port, op->Size))
        {
            return Step.Fault;
        }

        Record(cpu, op, ExitReason.PortOut, port, Operands.ReadRegister(cpu, RegisterIndex.Rax * 8, op->Size), ExitFlags.None);
        cpu->Rip = Addresses.Next(cpu, op);
        return Step.Exit;
    }

    private static Step CompleteIn(Cpu* cpu)
    {
        Operands.WriteRegister(cpu, RegisterIndex.Rax * 8, cpu->Exit->Data, cpu->System.Io.Size);
        cpu->Rip = cpu->System.Io.NextRip;
        return Step.EndBlock;
    }
}
