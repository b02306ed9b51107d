using VmmEngine.Abi.OpenBsd;
using VmmEngine.Backends;

namespace VmmEngine.OpenBsd;

/// <summary>Between the interface's register structure and the back ends', group by group, with what each group leaves out on Intel processors.</summary>
/// <remarks>
/// CR8 is in no direction part of the control registers, and CR2 is only read. The page-directory pointers are memory as far as a back end is concerned:
/// they read as the last value written. So do XCR0 and MISC_ENABLE, which guests see as fixed values.
/// </remarks>
internal static unsafe class RegisterState
{
    /// <summary>What a run looks at and reports: the interface has no floating-point state.</summary>
    public const RegisterGroups Reported = RegisterGroups.All & ~RegisterGroups.FloatingPoint;

    private const ulong X87Only = 1;

    /// <summary>The parts of a back end's registers that a mask of VM_RWREGS_ bits needs.</summary>
    public static RegisterGroups GroupsOf(ulong mask)
    {
        RegisterGroups groups = 0;
        groups |= (mask & vm_rwregs_params.VM_RWREGS_GPRS) != 0 ? RegisterGroups.General : 0;
        groups |= (mask & (vm_rwregs_params.VM_RWREGS_SREGS | vm_rwregs_params.VM_RWREGS_CRS | vm_rwregs_params.VM_RWREGS_MSRS)) != 0 ? RegisterGroups.System : 0;
        groups |= (mask & vm_rwregs_params.VM_RWREGS_MSRS) != 0 ? RegisterGroups.Msrs : 0;
        groups |= (mask & vm_rwregs_params.VM_RWREGS_DRS) != 0 ? RegisterGroups.Debug : 0;
        return groups;
    }

    /// <summary>Fills the groups of a mask. What they leave out stays as it is.</summary>
    public static void Read(ulong mask, ref CpuRegisters registers, in StoredRegisters stored, ref vcpu_reg_state state)
    {
        if ((mask & vm_rwregs_params.VM_RWREGS_GPRS) != 0)
        {
            ReadGeneral(ref registers, ref state);
        }

        if ((mask & vm_rwregs_params.VM_RWREGS_SREGS) != 0)
        {
            ReadSegments(ref registers, ref state);
        }

        if ((mask & vm_rwregs_params.VM_RWREGS_CRS) != 0)
        {
            ReadControl(in registers, in stored, ref state);
        }

        if ((mask & vm_rwregs_params.VM_RWREGS_MSRS) != 0)
        {
            ReadMsrs(in registers, in stored, ref state);
        }

        if ((mask & vm_rwregs_params.VM_RWREGS_DRS) != 0)
        {
            ReadDebug(in registers, ref state);
        }
    }

    /// <summary>Takes the groups of a mask over into registers that were read before.</summary>
    public static void Write(ulong mask, in vcpu_reg_state state, ref CpuRegisters registers, ref StoredRegisters stored)
    {
        if ((mask & vm_rwregs_params.VM_RWREGS_GPRS) != 0)
        {
            WriteGeneral(in state, ref registers);
        }

        if ((mask & vm_rwregs_params.VM_RWREGS_SREGS) != 0)
        {
            WriteSegments(in state, ref registers);
        }

        if ((mask & vm_rwregs_params.VM_RWREGS_CRS) != 0)
        {
            WriteControl(in state, ref registers, ref stored);
        }

        if ((mask & vm_rwregs_params.VM_RWREGS_MSRS) != 0)
        {
            WriteMsrs(in state, ref registers, ref stored);
        }

        if ((mask & vm_rwregs_params.VM_RWREGS_DRS) != 0)
        {
            WriteDebug(in state, ref registers);
        }
    }

    /// <summary>What a reset makes of XCR0, whatever the client asks for.</summary>
    public static void ForceX87Only(ref StoredRegisters stored) => stored.Xcr0 = X87Only;

    /// <summary>Takes all 18 general registers, RIP and RFLAGS included.</summary>
    public static void WriteGeneral(in vcpu_reg_state state, ref CpuRegisters registers)
    {
        for (int register = 0; register < vcpu_regs.VCPU_REGS_RIP; register++)
        {
            registers.General[register] = state.vrs_gprs[register];
        }

        registers.Rip = state.vrs_gprs[vcpu_regs.VCPU_REGS_RIP];
        registers.Rflags = state.vrs_gprs[vcpu_regs.VCPU_REGS_RFLAGS];
    }

    private static void ReadGeneral(ref CpuRegisters registers, ref vcpu_reg_state state)
    {
        for (int register = 0; register < vcpu_regs.VCPU_REGS_RIP; register++)
        {
            state.vrs_gprs[register] = registers.General[register];
        }

        state.vrs_gprs[vcpu_regs.VCPU_REGS_RIP] = registers.Rip;
        state.vrs_gprs[vcpu_regs.VCPU_REGS_RFLAGS] = registers.Rflags;
    }

    private static void ReadSegments(ref CpuRegisters registers, ref vcpu_reg_state state)
    {
        for (int segment = 0; segment < vcpu_regs.VCPU_REGS_NSREGS; segment++)
        {
            ref SegmentRegister from = ref SegmentOf(ref registers, segment);
            state.vrs_sregs[segment] = new vcpu_segment_info { vsi_sel = from.Selector, vsi_limit = from.Limit, vsi_ar = from.Access, vsi_base = from.Base };
        }

        state.vrs_gdtr.vsi_limit = registers.Gdtr.Limit;
        state.vrs_gdtr.vsi_base = registers.Gdtr.Base;
        state.vrs_idtr.vsi_limit = registers.Idtr.Limit;
        state.vrs_idtr.vsi_base = registers.Idtr.Base;
    }

    private static void WriteSegments(in vcpu_reg_state state, ref CpuRegisters registers)
    {
        for (int segment = 0; segment < vcpu_regs.VCPU_REGS_NSREGS; segment++)
        {
            vcpu_segment_info from = state.vrs_sregs[segment];
            SegmentOf(ref registers, segment) = new SegmentRegister
            {
                Selector = from.vsi_sel,
                Limit = from.vsi_limit,
                Access = from.vsi_ar,
                Base = from.vsi_base,
            };
        }

        registers.Gdtr = new DescriptorTable { Limit = (ushort)state.vrs_gdtr.vsi_limit, Base = state.vrs_gdtr.vsi_base };
        registers.Idtr = new DescriptorTable { Limit = (ushort)state.vrs_idtr.vsi_limit, Base = state.vrs_idtr.vsi_base };
    }

    private static ref SegmentRegister SegmentOf(ref CpuRegisters registers, int segment)
    {
        switch (segment)
        {
            case vcpu_regs.VCPU_REGS_ES: return ref registers.Es;
            case vcpu_regs.VCPU_REGS_CS: return ref registers.Cs;
            case vcpu_regs.VCPU_REGS_SS: return ref registers.Ss;
            case vcpu_regs.VCPU_REGS_DS: return ref registers.Ds;
            case vcpu_regs.VCPU_REGS_FS: return ref registers.Fs;
            case vcpu_regs.VCPU_REGS_GS: return ref registers.Gs;
            case vcpu_regs.VCPU_REGS_LDTR: return ref registers.Ldtr;
            default: return ref registers.Tr;
        }
    }

    private static void ReadControl(in CpuRegisters registers, in StoredRegisters stored, ref vcpu_reg_state state)
    {
        state.vrs_crs[vcpu_regs.VCPU_REGS_CR0] = registers.Cr0;
        state.vrs_crs[vcpu_regs.VCPU_REGS_CR2] = registers.Cr2;
        state.vrs_crs[vcpu_regs.VCPU_REGS_CR3] = registers.Cr3;
        state.vrs_crs[vcpu_regs.VCPU_REGS_CR4] = registers.Cr4;
        state.vrs_crs[vcpu_regs.VCPU_REGS_XCR0] = stored.Xcr0;
        for (int entry = 0; entry < StoredRegisters.PageDirectoryPointers; entry++)
        {
            state.vrs_crs[vcpu_regs.VCPU_REGS_PDPTE0 + entry] = stored.PageDirectoryPointer[entry];
        }
    }

    private static void WriteControl(in vcpu_reg_state state, ref CpuRegisters registers, ref StoredRegisters stored)
    {
        registers.Cr0 = state.vrs_crs[vcpu_regs.VCPU_REGS_CR0];
        registers.Cr3 = state.vrs_crs[vcpu_regs.VCPU_REGS_CR3];
        registers.Cr4 = state.vrs_crs[vcpu_regs.VCPU_REGS_CR4];
        stored.Xcr0 = state.vrs_crs[vcpu_regs.VCPU_REGS_XCR0];
        for (int entry = 0; entry < StoredRegisters.PageDirectoryPointers; entry++)
        {
            stored.PageDirectoryPointer[entry] = state.vrs_crs[vcpu_regs.VCPU_REGS_PDPTE0 + entry];
        }
    }

    private static void ReadMsrs(in CpuRegisters registers, in StoredRegisters stored, ref vcpu_reg_state state)
    {
        state.vrs_msrs[vcpu_regs.VCPU_REGS_EFER] = registers.Efer;
        state.vrs_msrs[vcpu_regs.VCPU_REGS_STAR] = registers.Star;
        state.vrs_msrs[vcpu_regs.VCPU_REGS_LSTAR] = registers.Lstar;
        state.vrs_msrs[vcpu_regs.VCPU_REGS_CSTAR] = registers.Cstar;
        state.vrs_msrs[vcpu_regs.VCPU_REGS_SFMASK] = registers.Sfmask;
        state.vrs_msrs[vcpu_regs.VCPU_REGS_KGSBASE] = registers.KernelGsBase;
        state.vrs_msrs[vcpu_regs.VCPU_REGS_MISC_ENABLE] = stored.MiscEnable;
    }

    private static void WriteMsrs(in vcpu_reg_state state, ref CpuRegisters registers, ref StoredRegisters stored)
    {
        registers.Efer = state.vrs_msrs[vcpu_regs.VCPU_REGS_EFER];
        registers.Star = state.vrs_msrs[vcpu_regs.VCPU_REGS_STAR];
        registers.Lstar = state.vrs_msrs[vcpu_regs.VCPU_REGS_LSTAR];
        registers.Cstar = state.vrs_msrs[vcpu_regs.VCPU_REGS_CSTAR];
        registers.Sfmask = state.vrs_msrs[vcpu_regs.VCPU_REGS_SFMASK];
        registers.KernelGsBase = state.vrs_msrs[vcpu_regs.VCPU_REGS_KGSBASE];
        stored.MiscEnable = state.vrs_msrs[vcpu_regs.VCPU_REGS_MISC_ENABLE];
    }

    private static void ReadDebug(in CpuRegisters registers, ref vcpu_reg_state state)
    {
        state.vrs_drs[vcpu_regs.VCPU_REGS_DR0] = registers.Dr0;
        state.vrs_drs[vcpu_regs.VCPU_REGS_DR1] = registers.Dr1;
        state.vrs_drs[vcpu_regs.VCPU_REGS_DR2] = registers.Dr2;
        state.vrs_drs[vcpu_regs.VCPU_REGS_DR3] = registers.Dr3;
        state.vrs_drs[vcpu_regs.VCPU_REGS_DR6] = registers.Dr6;
        state.vrs_drs[vcpu_regs.VCPU_REGS_DR7] = registers.Dr7;
    }

    private static void WriteDebug(in vcpu_reg_state state, ref CpuRegisters registers)
    {
        registers.Dr0 = state.vrs_drs[vcpu_regs.VCPU_REGS_DR0];
        registers.Dr1 = state.vrs_drs[vcpu_regs.VCPU_REGS_DR1];
        registers.Dr2 = state.vrs_drs[vcpu_regs.VCPU_REGS_DR2];
        registers.Dr3 = state.vrs_drs[vcpu_regs.VCPU_REGS_DR3];
        registers.Dr6 = state.vrs_drs[vcpu_regs.VCPU_REGS_DR6];
        registers.Dr7 = state.vrs_drs[vcpu_regs.VCPU_REGS_DR7];
    }
}
