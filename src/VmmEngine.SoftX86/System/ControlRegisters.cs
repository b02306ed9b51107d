namespace VmmEngine.SoftX86;

/// <summary>MOV to and from control registers, LMSW, SMSW and CLTS.</summary>
internal static unsafe class ControlRegisters
{
    private const ulong StatusWord = Cr0Bits.ProtectionEnable | Cr0Bits.MonitorCoprocessor | Cr0Bits.Emulation | Cr0Bits.TaskSwitched;

    /// <summary>MOV r, CRn.</summary>
    public static Step Read(Cpu* cpu, MicroOp* op)
    {
        if (!IsThere(cpu, op->Source))
        {
            return Faults.Undefined(cpu);
        }

        if (cpu->Cpl != 0)
        {
            return Faults.Protection(cpu);
        }

        ulong value = op->Source switch
        {
            0 => cpu->Cr0,
            2 => cpu->Cr2,
            3 => cpu->Cr3,
            4 => cpu->Cr4,
            _ => cpu->System.Apic->TaskPriority >> 4,
        };
        Operands.WriteRegister(cpu, op->Destination, value, Modes.Is64Bit(cpu) ? 8 : 4);
        return Step.Next;
    }

    /// <summary>MOV CRn, r.</summary>
    public static Step Write(Cpu* cpu, MicroOp* op)
    {
        if (!IsThere(cpu, op->Destination))
        {
            return Faults.Undefined(cpu);
        }

        if (cpu->Cpl != 0)
        {
            return Faults.Protection(cpu);
        }

        ulong next = Addresses.Next(cpu, op);
        ulong value = Operands.ReadRegister(cpu, op->Source, Modes.Is64Bit(cpu) ? 8 : 4);
        Step step = op->Destination switch
        {
            0 => ControlWrites.Cr0(cpu, value),
            2 => WriteCr2(cpu, value),
            3 => ControlWrites.Cr3(cpu, value),
            4 => ControlWrites.Cr4(cpu, value),
            _ => WriteCr8(cpu, value),
        };
        return End(cpu, step, next);
    }

    /// <summary>LMSW: the low four bits of CR0. PE can be set, not cleared.</summary>
    public static Step Lmsw(Cpu* cpu, MicroOp* op)
    {
        if (cpu->Cpl != 0)
        {
            return Faults.Protection(cpu);
        }

        if (!Operands.TryRead(cpu, op, op->Destination, 2, out ulong value))
        {
            return Step.Fault;
        }

        ulong next = Addresses.Next(cpu, op);
        ulong kept = cpu->Cr0 & (~StatusWord | Cr0Bits.ProtectionEnable);
        return End(cpu, ControlWrites.Cr0(cpu, kept | (value & StatusWord)), next);
    }

    /// <summary>SMSW: CR0, the low 16 bits of it in memory.</summary>
    public static Step Smsw(Cpu* cpu, MicroOp* op) =>
        Operands.TryWrite(cpu, op, op->Destination, cpu->Cr0, op->Size, 2) ? Step.Next : Step.Fault;

    /// <summary>CLTS.</summary>
    public static Step Clts(Cpu* cpu, MicroOp* op)
    {
        if (cpu->Cpl != 0)
        {
            return Faults.Protection(cpu);
        }

        cpu->Cr0 &= ~Cr0Bits.TaskSwitched;
        cpu->Rip = Addresses.Next(cpu, op);
        return Step.EndBlock;
    }

    private static bool IsThere(Cpu* cpu, int number) => number is 0 or 2 or 3 or 4 || (number == 8 && Modes.Is64Bit(cpu));

    private static Step WriteCr2(Cpu* cpu, ulong value)
    {
        cpu->Cr2 = value;
        return Step.EndBlock;
    }

    private static Step WriteCr8(Cpu* cpu, ulong value)
    {
        if (value > 15)
        {
            return Faults.Protection(cpu);
        }

        cpu->System.Apic->TaskPriority = (uint)value << 4;

        // What it kept back may come now; whether there is something, the acknowledge cycle finds out.
        Interlocked.Or(ref cpu->Events, (uint)PendingEvents.External);
        return Step.EndBlock;
    }

    private static Step End(Cpu* cpu, Step step, ulong next)
    {
        if (step == Step.EndBlock)
        {
            cpu->Rip = next;
        }

        return step;
    }
}
