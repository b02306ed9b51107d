using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>HLT, INVLPG, WBINVD, INVD and SWAPGS.</summary>
internal static unsafe class ProcessorControl
{
    /// <summary>HLT: the instruction is complete, and the run loop waits for an interrupt.</summary>
    public static Step Hlt(Cpu* cpu, MicroOp* op)
    {
        if (cpu->Cpl != 0)
        {
            return Faults.Protection(cpu);
        }

        *cpu->Exit = new VcpuExit
        {
            Reason = ExitReason.Halt,
            InstructionLength = op->Length,
            Rip = cpu->Rip,
            Flags = (cpu->Rflags & FlagBits.Interrupt) == 0 ? ExitFlags.InterruptsDisabled : ExitFlags.None,
        };
        cpu->Rip = Addresses.Next(cpu, op);
        return Step.Exit;
    }

    /// <summary>INVLPG: forgets one page's translation. Its operand is an address, not an access.</summary>
    public static Step Invlpg(Cpu* cpu, MicroOp* op)
    {
        if (cpu->Cpl != 0)
        {
            return Faults.Protection(cpu);
        }

        // An address that nothing can be mapped at is not an error; there is just nothing to forget.
        if (!Modes.Is64Bit(cpu) || Addresses.IsCanonical(cpu->EffectiveAddress))
        {
            Mmu.FlushPage(cpu, cpu->EffectiveAddress);
        }

        cpu->Rip = Addresses.Next(cpu, op);
        return Step.EndBlock;
    }

    /// <summary>WBINVD and INVD: memory has no cache in front of it here.</summary>
    public static Step Wbinvd(Cpu* cpu, MicroOp* op) => cpu->Cpl != 0 ? Faults.Protection(cpu) : Step.Next;

    /// <summary>SWAPGS, of 64-bit mode.</summary>
    public static Step Swapgs(Cpu* cpu, MicroOp* op)
    {
        if (!Modes.Is64Bit(cpu))
        {
            return Faults.Undefined(cpu);
        }

        if (cpu->Cpl != 0)
        {
            return Faults.Protection(cpu);
        }

        (cpu->Segments[SegmentIndex.Gs].Base, cpu->Msrs.KernelGsBase) = (cpu->Msrs.KernelGsBase, cpu->Segments[SegmentIndex.Gs].Base);
        return Step.Next;
    }
}
