using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>
/// INS and OUTS: one element an exit. The registers move when the element is complete, and RIP stays until the last one, so that between two
/// elements the instruction can be interrupted.
/// </summary>
internal static unsafe class StringPortIo
{
    /// <summary>INSB, INSW, INSD. What the element is written to is checked before the port is read.</summary>
    public static Step Ins(Cpu* cpu, MicroOp* op)
    {
        if (IsDone(cpu, op, out Step step))
        {
            return step;
        }

        ushort port = (ushort)cpu->General[RegisterIndex.Rdx];
        ulong offset = Operands.ReadRegister(cpu, RegisterIndex.Rdi * 8, op->AddressSize);
        if (!PortAccess.TryCheck(cpu, port, op->Size)
            || !Segmentation.TryLinear(cpu, SegmentIndex.Es, offset, op->Size, Access.Write, out ulong linear)
            || !LinearMemory.TryProbe(cpu, linear, op->Size, Access.Write))
        {
            return Step.Fault;
        }

        Begin(cpu, op, ExitReason.PortIn, port, 0, linear);
        cpu->Completion = &CompleteIns;
        return Step.Exit;
    }

    /// <summary>OUTSB, OUTSW, OUTSD.</summary>
    public static Step Outs(Cpu* cpu, MicroOp* op)
    {
        if (IsDone(cpu, op, out Step step))
        {
            return step;
        }

        ushort port = (ushort)cpu->General[RegisterIndex.Rdx];
        ulong offset = Operands.ReadRegister(cpu, RegisterIndex.Rsi * 8, op->AddressSize);
        if (!PortAccess.TryCheck(cpu, port, op->Size)
            || !Segmentation.TryLinear(cpu, op->Segment, offset, op->Size, Access.Read, out ulong linear)
            || !Operands.TryReadMemory(cpu, linear, op->Size, Access.Read, out ulong value))
        {
            return Step.Fault;
        }

        Begin(cpu, op, ExitReason.PortOut, port, value, linear);
        cpu->Completion = &CompleteOuts;
        return Step.Exit;
    }

    private static bool IsRepeated(MicroOp* op) => (op->Flags & (OpFlags.Rep | OpFlags.Repne)) != 0;

    /// <summary>True for REP with nothing left to do.</summary>
    private static bool IsDone(Cpu* cpu, MicroOp* op, out Step step)
    {
        step = Step.EndBlock;
        if (!IsRepeated(op) || Operands.ReadRegister(cpu, RegisterIndex.Rcx * 8, op->AddressSize) != 0)
        {
            return false;
        }

        cpu->Rip = Addresses.Next(cpu, op);
        return true;
    }

    private static void Begin(Cpu* cpu, MicroOp* op, ExitReason reason, ushort port, ulong data, ulong linear)
    {
        bool repeat = IsRepeated(op);
        PortIo.Record(cpu, op, reason, port, data, ExitFlags.String | (repeat ? ExitFlags.Repeat : ExitFlags.None));
        cpu->Exit->LinearAddress = linear;
        cpu->System.Io = new PendingIo
        {
            NextRip = Addresses.Next(cpu, op),
            Linear = linear,
            Size = op->Size,
            AddressSize = op->AddressSize,
            Repeat = repeat ? (byte)1 : (byte)0,
        };
    }

    private static Step CompleteIns(Cpu* cpu) =>
        Operands.TryWriteMemory(cpu, cpu->System.Io.Linear, cpu->Exit->Data, cpu->System.Io.Size, Access.Write)
            ? Advance(cpu, RegisterIndex.Rdi)
            : Step.Fault;

    private static Step CompleteOuts(Cpu* cpu) => Advance(cpu, RegisterIndex.Rsi);

    private static Step Advance(Cpu* cpu, int index)
    {
        PendingIo io = cpu->System.Io;
        ulong step = (cpu->Rflags & FlagBits.Direction) == 0 ? io.Size : 0UL - io.Size;
        Operands.WriteRegister(cpu, index * 8, cpu->General[index] + step, io.AddressSize);
        ulong left = 0;
        if (io.Repeat != 0)
        {
            left = cpu->General[RegisterIndex.Rcx] - 1;
            Operands.WriteRegister(cpu, RegisterIndex.Rcx * 8, left, io.AddressSize);
            left = Operands.ReadRegister(cpu, RegisterIndex.Rcx * 8, io.AddressSize);
        }

        if (left == 0)
        {
            cpu->Rip = io.NextRip;
        }

        return Step.EndBlock;
    }
}
