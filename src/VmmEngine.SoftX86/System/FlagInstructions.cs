namespace VmmEngine.SoftX86;

/// <summary>CLI, STI, CLAC, STAC, PUSHF and POPF.</summary>
internal static unsafe class FlagInstructions
{
    /// <summary>CLI: needs CPL at most IOPL.</summary>
    public static Step Cli(Cpu* cpu, MicroOp* op)
    {
        if (!MayChangeInterrupts(cpu))
        {
            return Faults.Protection(cpu);
        }

        cpu->Rflags &= ~FlagBits.Interrupt;
        return End(cpu, op);
    }

    /// <summary>STI: if interrupts were off, none comes before the next instruction is complete.</summary>
    public static Step Sti(Cpu* cpu, MicroOp* op)
    {
        if (!MayChangeInterrupts(cpu))
        {
            return Faults.Protection(cpu);
        }

        if ((cpu->Rflags & FlagBits.Interrupt) == 0)
        {
            cpu->Rflags |= FlagBits.Interrupt;
            cpu->InterruptShadow = Shadow.Interrupts;
        }

        return End(cpu, op);
    }

    /// <summary>CLAC: SMAP holds for the supervisor.</summary>
    public static Step Clac(Cpu* cpu, MicroOp* op) => SetAccessCheck(cpu, op, 0);

    /// <summary>STAC: the supervisor may access user pages.</summary>
    public static Step Stac(Cpu* cpu, MicroOp* op) => SetAccessCheck(cpu, op, FlagBits.AlignmentCheck);

    /// <summary>PUSHF, PUSHFD, PUSHFQ.</summary>
    public static Step Pushf(Cpu* cpu, MicroOp* op)
    {
        if (Modes.IsVirtual8086(cpu) && !Flags.AdmitsIo(cpu))
        {
            return Faults.Protection(cpu);
        }

        StackWindow stack = new(cpu);
        ulong image = Flags.Get(cpu) & ~(FlagBits.Resume | FlagBits.Virtual8086);
        if (!stack.TryPush(cpu, image, op->Size))
        {
            return Step.Fault;
        }

        cpu->General[RegisterIndex.Rsp] = stack.Merge(cpu->General[RegisterIndex.Rsp]);
        return Step.Next;
    }

    /// <summary>POPF, POPFD, POPFQ: IF changes at CPL up to IOPL, IOPL at CPL 0 only; neither is an error otherwise.</summary>
    public static Step Popf(Cpu* cpu, MicroOp* op)
    {
        bool admitted = Flags.AdmitsIo(cpu);
        if (Modes.IsVirtual8086(cpu) && !admitted)
        {
            return Faults.Protection(cpu);
        }

        StackWindow stack = new(cpu);
        if (!stack.TryPop(cpu, op->Size, out ulong image))
        {
            return Step.Fault;
        }

        ulong changed = FlagBits.Writable & (op->Size == 2 ? 0xFFFF : ulong.MaxValue);
        changed &= admitted ? ulong.MaxValue : ~FlagBits.Interrupt;
        changed &= cpu->Cpl == 0 ? ulong.MaxValue : ~FlagBits.IoPrivilege;
        Flags.Set(cpu, (Flags.Get(cpu) & ~changed & ~FlagBits.Resume) | (image & changed));
        cpu->General[RegisterIndex.Rsp] = stack.Merge(cpu->General[RegisterIndex.Rsp]);
        if ((cpu->Cr4 & Cr4Bits.SupervisorAccessPrevention) != 0)
        {
            Mmu.SelectCache(cpu);
        }

        return End(cpu, op);
    }

    /// <summary>In virtual-8086 mode CPL is 3, so that IOPL 3 is asked for there too.</summary>
    private static bool MayChangeInterrupts(Cpu* cpu) => Flags.AdmitsIo(cpu);

    private static Step SetAccessCheck(Cpu* cpu, MicroOp* op, ulong value)
    {
        if (cpu->Cpl != 0)
        {
            return Faults.Undefined(cpu);
        }

        cpu->Rflags = (cpu->Rflags & ~FlagBits.AlignmentCheck) | value;
        Mmu.SelectCache(cpu);
        return End(cpu, op);
    }

    private static Step End(Cpu* cpu, MicroOp* op)
    {
        cpu->Rip = Addresses.Next(cpu, op);
        return Step.EndBlock;
    }
}
