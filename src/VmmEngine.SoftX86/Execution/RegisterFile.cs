using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>Copies architectural registers between a frozen vCPU and its clients.</summary>
internal static unsafe class RegisterFile
{
    private const ulong TaskPriorityMask = 15;

    /// <summary>Copies registers out.</summary>
    public static void Read(Cpu* cpu, RegisterGroups groups, ref CpuRegisters registers)
    {
        if ((groups & RegisterGroups.General) != 0)
        {
            for (int i = 0; i < 16; i++)
            {
                registers.General[i] = cpu->General[i];
            }

            registers.Rip = cpu->Rip;
            registers.Rflags = Flags.Get(cpu);
        }

        if ((groups & RegisterGroups.System) != 0)
        {
            ReadSystem(cpu, ref registers);
        }

        if ((groups & RegisterGroups.Debug) != 0)
        {
            registers.Dr0 = cpu->Debug[0];
            registers.Dr1 = cpu->Debug[1];
            registers.Dr2 = cpu->Debug[2];
            registers.Dr3 = cpu->Debug[3];
            registers.Dr6 = cpu->Debug[6];
            registers.Dr7 = cpu->Debug[7];
        }

        if ((groups & RegisterGroups.Msrs) != 0)
        {
            ref readonly MsrFile msrs = ref cpu->Msrs;
            registers.Star = msrs.Star;
            registers.Lstar = msrs.Lstar;
            registers.Cstar = msrs.Cstar;
            registers.Sfmask = msrs.Sfmask;
            registers.KernelGsBase = msrs.KernelGsBase;
            registers.SysenterCs = msrs.SysenterCs;
            registers.SysenterEsp = msrs.SysenterEsp;
            registers.SysenterEip = msrs.SysenterEip;
            registers.Pat = msrs.Pat;
            registers.Tsc = TimeStamp.Read(cpu);
        }

        if ((groups & RegisterGroups.Events) != 0)
        {
            registers.InterruptShadow = (uint)cpu->InterruptShadow;
        }

        if ((groups & RegisterGroups.FloatingPoint) != 0)
        {
            fixed (byte* image = registers.Fxsave)
            {
                FxState.Store(cpu, image, wide: true, FxState.AllRegisters);
            }
        }
    }

    /// <summary>One general register, RIP or RFLAGS.</summary>
    public static ulong ReadGeneral(Cpu* cpu, int index) => index switch
    {
        < CpuRegisters.RipIndex => cpu->General[index],
        CpuRegisters.RipIndex => cpu->Rip,
        _ => Flags.Get(cpu),
    };

    /// <summary>Copies registers in, or nothing at all.</summary>
    /// <returns>False if no processor can have such values.</returns>
    public static bool TryWrite(Cpu* cpu, RegisterGroups groups, in CpuRegisters registers)
    {
        if ((groups & RegisterGroups.System) != 0 && !RegisterRules.AreValid(in registers))
        {
            return false;
        }

        if ((groups & RegisterGroups.FloatingPoint) != 0)
        {
            fixed (byte* image = registers.Fxsave)
            {
                if (!FxState.TryLoad(cpu, image, wide: true, FxState.AllRegisters))
                {
                    return false;
                }
            }
        }

        if ((groups & RegisterGroups.General) != 0)
        {
            for (int i = 0; i < 16; i++)
            {
                cpu->General[i] = registers.General[i];
            }

            cpu->Rip = registers.Rip;
            Flags.Set(cpu, registers.Rflags);
        }

        if ((groups & RegisterGroups.System) != 0)
        {
            WriteSystem(cpu, in registers);
        }

        if ((groups & RegisterGroups.Debug) != 0)
        {
            cpu->Debug[0] = registers.Dr0;
            cpu->Debug[1] = registers.Dr1;
            cpu->Debug[2] = registers.Dr2;
            cpu->Debug[3] = registers.Dr3;
            cpu->Debug[6] = registers.Dr6;
            cpu->Debug[7] = registers.Dr7;
        }

        if ((groups & RegisterGroups.Msrs) != 0)
        {
            ref MsrFile msrs = ref cpu->Msrs;
            msrs.Star = registers.Star;
            msrs.Lstar = registers.Lstar;
            msrs.Cstar = registers.Cstar;
            msrs.Sfmask = registers.Sfmask;
            msrs.KernelGsBase = registers.KernelGsBase;
            msrs.SysenterCs = registers.SysenterCs;
            msrs.SysenterEsp = registers.SysenterEsp;
            msrs.SysenterEip = registers.SysenterEip;
            msrs.Pat = registers.Pat;
            TimeStamp.Write(cpu, registers.Tsc);
        }

        if ((groups & RegisterGroups.Events) != 0)
        {
            cpu->InterruptShadow = registers.InterruptShadow == (uint)Shadow.InterruptsAndTraps ? Shadow.InterruptsAndTraps
                : registers.InterruptShadow != 0 ? Shadow.Interrupts : Shadow.None;
        }

        // RFLAGS.VM, CS, CR0 and EFER decide the mode; CR0, CR3, CR4 and EFER every translation.
        Modes.Update(cpu);
        if ((groups & RegisterGroups.System) != 0)
        {
            Mmu.StateReplaced(cpu);
        }

        if ((groups & (RegisterGroups.System | RegisterGroups.Debug)) != 0)
        {
            Breakpoints.Update(cpu);
        }

        return true;
    }

    private static void ReadSystem(Cpu* cpu, ref CpuRegisters registers)
    {
        registers.Es = cpu->Segments[SegmentIndex.Es];
        registers.Cs = cpu->Segments[SegmentIndex.Cs];
        registers.Ss = cpu->Segments[SegmentIndex.Ss];
        registers.Ds = cpu->Segments[SegmentIndex.Ds];
        registers.Fs = cpu->Segments[SegmentIndex.Fs];
        registers.Gs = cpu->Segments[SegmentIndex.Gs];
        registers.Ldtr = cpu->Segments[SegmentIndex.Ldtr];
        registers.Tr = cpu->Segments[SegmentIndex.Tr];
        registers.Gdtr = cpu->Gdtr;
        registers.Idtr = cpu->Idtr;
        registers.Cr0 = cpu->Cr0;
        registers.Cr2 = cpu->Cr2;
        registers.Cr3 = cpu->Cr3;
        registers.Cr4 = cpu->Cr4;
        registers.Cr8 = cpu->System.Apic->TaskPriority >> 4;
        registers.Efer = cpu->Efer;
        registers.ApicBase = cpu->System.Apic->Base;
    }

    private static void WriteSystem(Cpu* cpu, in CpuRegisters registers)
    {
        cpu->Segments[SegmentIndex.Es] = registers.Es;
        cpu->Segments[SegmentIndex.Cs] = registers.Cs;
        cpu->Segments[SegmentIndex.Ss] = registers.Ss;
        cpu->Segments[SegmentIndex.Ds] = registers.Ds;
        cpu->Segments[SegmentIndex.Fs] = registers.Fs;
        cpu->Segments[SegmentIndex.Gs] = registers.Gs;
        cpu->Segments[SegmentIndex.Ldtr] = registers.Ldtr;
        cpu->Segments[SegmentIndex.Tr] = registers.Tr;
        cpu->Gdtr = registers.Gdtr;
        cpu->Idtr = registers.Idtr;
        cpu->Cr0 = registers.Cr0;
        cpu->Cr2 = registers.Cr2;
        cpu->Cr3 = registers.Cr3;
        cpu->Cr4 = registers.Cr4;
        cpu->System.Apic->TaskPriority = (uint)(registers.Cr8 & TaskPriorityMask) << 4;
        cpu->Efer = registers.Efer;
    }
}
