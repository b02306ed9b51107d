using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>RDMSR and WRMSR. Registers that the processor has not raise #GP, or exit to the run loop where that is switched on.</summary>
internal static unsafe class MsrAccess
{
    /// <summary>RDMSR.</summary>
    public static Step Rdmsr(Cpu* cpu, MicroOp* op)
    {
        if (cpu->Cpl != 0)
        {
            return Faults.Protection(cpu);
        }

        uint number = (uint)cpu->General[RegisterIndex.Rcx];
        if (!MsrValues.TryRead(cpu, op, number, out ulong value))
        {
            return Ask(cpu, op, ExitReason.MsrRead, number, 0, &CompleteRead);
        }

        SetPair(cpu, value);
        return Step.Next;
    }

    /// <summary>WRMSR. The block ends: EFER and the segment bases change how code is translated.</summary>
    public static Step Wrmsr(Cpu* cpu, MicroOp* op)
    {
        if (cpu->Cpl != 0)
        {
            return Faults.Protection(cpu);
        }

        uint number = (uint)cpu->General[RegisterIndex.Rcx];
        ulong value = (uint)cpu->General[RegisterIndex.Rax] | (cpu->General[RegisterIndex.Rdx] << 32);
        switch (MsrWrites.Write(cpu, op, number, value))
        {
            case MsrOutcome.Done:
                cpu->Rip = Addresses.Next(cpu, op);
                return Step.EndBlock;

            case MsrOutcome.Unknown:
                return Ask(cpu, op, ExitReason.MsrWrite, number, value, &CompleteWrite);

            default:
                return Faults.Protection(cpu);
        }
    }

    /// <summary>Puts a value into EDX:EAX.</summary>
    public static void SetPair(Cpu* cpu, ulong value)
    {
        cpu->General[RegisterIndex.Rax] = (uint)value;
        cpu->General[RegisterIndex.Rdx] = value >> 32;
    }

    private static Step Ask(Cpu* cpu, MicroOp* op, ExitReason reason, uint number, ulong value, delegate*<Cpu*, Step> completion)
    {
        if (cpu->System.MsrExits == 0 && (cpu->System.HasApic == 0 || !ApicAccess.IsMsr(number)))
        {
            return Faults.Protection(cpu);
        }

        cpu->System.Io = new PendingIo { NextRip = Addresses.Next(cpu, op) };
        *cpu->Exit = new VcpuExit
        {
            Reason = reason,
            Size = 8,
            InstructionLength = op->Length,
            Rip = cpu->Rip,
            Detail = number,
            Data = value,
            Count = 1,
            Flags = ExitFlags.Refused,
        };
        cpu->Completion = completion;
        return Step.Exit;
    }

    private static Step CompleteRead(Cpu* cpu)
    {
        if ((cpu->Exit->Flags & ExitFlags.Refused) != 0)
        {
            return Faults.Protection(cpu);
        }

        SetPair(cpu, cpu->Exit->Data);
        cpu->Rip = cpu->System.Io.NextRip;
        return Step.EndBlock;
    }

    private static Step CompleteWrite(Cpu* cpu)
    {
        if ((cpu->Exit->Flags & ExitFlags.Refused) != 0)
        {
            return Faults.Protection(cpu);
        }

        cpu->Rip = cpu->System.Io.NextRip;
        return Step.EndBlock;
    }
}
