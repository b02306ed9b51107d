namespace VmmEngine.SoftX86;

/// <summary>New values of CR0, CR3, CR4 and EFER: what the processor refuses, and the modes that they switch.</summary>
/// <remarks>All return <see cref="Step.EndBlock"/>, with RIP unchanged, or <see cref="Step.Fault"/> with nothing changed.</remarks>
internal static unsafe class ControlWrites
{
    private const ulong Cr0Translation = Cr0Bits.Paging | Cr0Bits.WriteProtect | Cr0Bits.ProtectionEnable;
    private const ulong Cr4Translation = Cr4Bits.PageSizeExtensions | Cr4Bits.PhysicalAddressExtension | Cr4Bits.PageGlobal
        | Cr4Bits.SupervisorExecutionPrevention | Cr4Bits.SupervisorAccessPrevention;

    /// <summary>CR0: real and protected mode, paging, long mode.</summary>
    public static Step Cr0(Cpu* cpu, ulong value)
    {
        bool paging = (value & Cr0Bits.Paging) != 0;
        if (value >> 32 != 0
            || (paging && (value & Cr0Bits.ProtectionEnable) == 0)
            || (value & (Cr0Bits.NotWriteThrough | Cr0Bits.CacheDisable)) == Cr0Bits.NotWriteThrough)
        {
            return Faults.Protection(cpu);
        }

        ulong oldCr0 = cpu->Cr0;
        ulong oldEfer = cpu->Efer;
        bool toLong = paging && (oldEfer & EferBits.LongModeEnable) != 0;
        bool isLongCode = (cpu->Segments[SegmentIndex.Cs].Access & AccessBits.Long) != 0;
        bool wasPaging = (oldCr0 & Cr0Bits.Paging) != 0;
        if ((toLong && !wasPaging && ((cpu->Cr4 & Cr4Bits.PhysicalAddressExtension) == 0 || isLongCode)) || (!paging && Modes.Is64Bit(cpu)))
        {
            return Faults.Protection(cpu);
        }

        cpu->Cr0 = (value & Cr0Bits.Writable) | Cr0Bits.ExtensionType;
        cpu->Efer = toLong ? oldEfer | EferBits.LongModeActive : oldEfer & ~EferBits.LongModeActive;
        if (((oldCr0 ^ cpu->Cr0) & Cr0Translation) != 0 && Mmu.PagingChanged(cpu) == Step.Fault)
        {
            cpu->Cr0 = oldCr0;
            cpu->Efer = oldEfer;
            Mmu.PagingChanged(cpu);
            return Step.Fault;
        }

        Modes.Update(cpu);
        return Step.EndBlock;
    }

    /// <summary>CR3.</summary>
    public static Step Cr3(Cpu* cpu, ulong value)
    {
        if (value >> Cpuid.PhysicalAddressBits != 0)
        {
            return Faults.Protection(cpu);
        }

        return Mmu.LoadCr3(cpu, value) == Step.Fault ? Step.Fault : Step.EndBlock;
    }

    /// <summary>CR4.</summary>
    public static Step Cr4(Cpu* cpu, ulong value)
    {
        if ((value & ~Cr4Bits.Writable) != 0 || (Modes.IsLong(cpu) && (value & Cr4Bits.PhysicalAddressExtension) == 0))
        {
            return Faults.Protection(cpu);
        }

        ulong old = cpu->Cr4;
        cpu->Cr4 = value;
        if (((old ^ value) & Cr4Translation) != 0)
        {
            if (Mmu.PagingChanged(cpu) == Step.Fault)
            {
                cpu->Cr4 = old;
                Mmu.PagingChanged(cpu);
                return Step.Fault;
            }
        }

        Breakpoints.Update(cpu);
        return Step.EndBlock;
    }

    /// <summary>EFER. LMA follows from LME and CR0.PG; LME cannot change while there is paging.</summary>
    public static Step Efer(Cpu* cpu, ulong value)
    {
        ulong old = cpu->Efer;
        bool switches = ((old ^ value) & EferBits.LongModeEnable) != 0;
        if ((value & ~(EferBits.Writable | EferBits.LongModeActive)) != 0 || (switches && (cpu->Cr0 & Cr0Bits.Paging) != 0))
        {
            return Faults.Protection(cpu);
        }

        cpu->Efer = (value & EferBits.Writable) | (old & EferBits.LongModeActive);
        Mmu.SelectCache(cpu);
        return Step.EndBlock;
    }
}
