using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;

namespace VmmEngine.FreeBsd;

/// <summary>Where the interface's numbered registers are in the back ends' bulk form.</summary>
internal static unsafe class RegisterMap
{
    private const ulong LargestTaskPriority = 15;

    /// <summary>Where the registers up to RFLAGS are among the general ones; -1 for CR0, CR3, CR4 and DR7.</summary>
    private static ReadOnlySpan<sbyte> GeneralIndex =>
        [0, 3, 1, 2, 6, 7, 5, 8, 9, 10, 11, 12, 13, 14, 15, -1, -1, -1, -1, 4, CpuRegisters.RipIndex, CpuRegisters.RflagsIndex];

    /// <summary>Where a register is among the general ones; -1 if it is none of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int GeneralIndexOf(int register) => (uint)register < (uint)GeneralIndex.Length ? GeneralIndex[register] : -1;

    /// <summary>The part that a register belongs to; none for one that no back end can express.</summary>
    public static RegisterGroups GroupOf(int register) => register switch
    {
        >= vm_reg_name.VM_REG_GUEST_RAX and <= vm_reg_name.VM_REG_GUEST_R15 => RegisterGroups.General,
        vm_reg_name.VM_REG_GUEST_RSP or vm_reg_name.VM_REG_GUEST_RIP or vm_reg_name.VM_REG_GUEST_RFLAGS => RegisterGroups.General,
        vm_reg_name.VM_REG_GUEST_CR0 or vm_reg_name.VM_REG_GUEST_CR3 or vm_reg_name.VM_REG_GUEST_CR4 => RegisterGroups.System,
        vm_reg_name.VM_REG_GUEST_CR2 or vm_reg_name.VM_REG_GUEST_EFER or vm_reg_name.VM_REG_GUEST_TPR => RegisterGroups.System,
        >= vm_reg_name.VM_REG_GUEST_ES and <= vm_reg_name.VM_REG_GUEST_TR => RegisterGroups.System,
        vm_reg_name.VM_REG_GUEST_FS_BASE or vm_reg_name.VM_REG_GUEST_GS_BASE => RegisterGroups.System,
        vm_reg_name.VM_REG_GUEST_DR7 or (>= vm_reg_name.VM_REG_GUEST_DR0 and <= vm_reg_name.VM_REG_GUEST_DR6) => RegisterGroups.Debug,
        vm_reg_name.VM_REG_GUEST_KGS_BASE => RegisterGroups.Msrs,
        vm_reg_name.VM_REG_GUEST_INTR_SHADOW => RegisterGroups.Events,
        _ => 0,
    };

    /// <summary>The value of a register that has a group.</summary>
    public static ulong Get(ref CpuRegisters registers, int register) => register switch
    {
        >= vm_reg_name.VM_REG_GUEST_ES and <= vm_reg_name.VM_REG_GUEST_TR => Segment(ref registers, register).Selector,
        vm_reg_name.VM_REG_GUEST_INTR_SHADOW => registers.InterruptShadow == 0 ? 0UL : 1,
        _ => Word(ref registers, register),
    };

    /// <summary>Stores a value. Of a segment register it is the selector alone; the hidden part stays.</summary>
    /// <returns>False for a value that the register cannot be given.</returns>
    public static bool TrySet(ref CpuRegisters registers, int register, ulong value)
    {
        switch (register)
        {
            case >= vm_reg_name.VM_REG_GUEST_ES and <= vm_reg_name.VM_REG_GUEST_TR:
                Segment(ref registers, register).Selector = (ushort)value;
                return true;

            case vm_reg_name.VM_REG_GUEST_INTR_SHADOW:
                registers.InterruptShadow = 0;
                return value == 0;

            case vm_reg_name.VM_REG_GUEST_TPR when value > LargestTaskPriority:
                return false;

            default:
                Word(ref registers, register) = value;
                return true;
        }
    }

    /// <summary>True for a register that has a descriptor.</summary>
    public static bool HasDescriptor(int register) => register is >= vm_reg_name.VM_REG_GUEST_ES and <= vm_reg_name.VM_REG_GUEST_GDTR;

    /// <summary>The descriptor of a register that has one. The tables' limits have 16 bits and their access is 0.</summary>
    public static seg_desc GetDescriptor(ref CpuRegisters registers, int register)
    {
        if (IsTable(register))
        {
            DescriptorTable table = Table(ref registers, register);
            return new seg_desc { @base = table.Base, limit = table.Limit };
        }

        SegmentRegister segment = Segment(ref registers, register);
        return new seg_desc { @base = segment.Base, limit = segment.Limit, access = segment.Access };
    }

    /// <summary>Stores a descriptor. The selector stays.</summary>
    public static void SetDescriptor(ref CpuRegisters registers, int register, in seg_desc descriptor)
    {
        if (IsTable(register))
        {
            Table(ref registers, register) = new DescriptorTable { Base = descriptor.@base, Limit = (ushort)descriptor.limit };
            return;
        }

        ref SegmentRegister segment = ref Segment(ref registers, register);
        segment.Base = descriptor.@base;
        segment.Limit = descriptor.limit;
        segment.Access = descriptor.access;
    }

    /// <summary>The segment register with a number from ES to TR.</summary>
    public static ref SegmentRegister Segment(ref CpuRegisters registers, int register)
    {
        switch (register)
        {
            case vm_reg_name.VM_REG_GUEST_ES: return ref registers.Es;
            case vm_reg_name.VM_REG_GUEST_CS: return ref registers.Cs;
            case vm_reg_name.VM_REG_GUEST_SS: return ref registers.Ss;
            case vm_reg_name.VM_REG_GUEST_DS: return ref registers.Ds;
            case vm_reg_name.VM_REG_GUEST_FS: return ref registers.Fs;
            case vm_reg_name.VM_REG_GUEST_GS: return ref registers.Gs;
            case vm_reg_name.VM_REG_GUEST_LDTR: return ref registers.Ldtr;
            default: return ref registers.Tr;
        }
    }

    private static bool IsTable(int register) => register is vm_reg_name.VM_REG_GUEST_IDTR or vm_reg_name.VM_REG_GUEST_GDTR;

    private static ref DescriptorTable Table(ref CpuRegisters registers, int register) =>
        ref register == vm_reg_name.VM_REG_GUEST_IDTR ? ref registers.Idtr : ref registers.Gdtr;

    private static ref ulong Word(ref CpuRegisters registers, int register)
    {
        switch (register)
        {
            case vm_reg_name.VM_REG_GUEST_RIP: return ref registers.Rip;
            case vm_reg_name.VM_REG_GUEST_RFLAGS: return ref registers.Rflags;
            case vm_reg_name.VM_REG_GUEST_CR0: return ref registers.Cr0;
            case vm_reg_name.VM_REG_GUEST_CR2: return ref registers.Cr2;
            case vm_reg_name.VM_REG_GUEST_CR3: return ref registers.Cr3;
            case vm_reg_name.VM_REG_GUEST_CR4: return ref registers.Cr4;
            case vm_reg_name.VM_REG_GUEST_TPR: return ref registers.Cr8;
            case vm_reg_name.VM_REG_GUEST_EFER: return ref registers.Efer;
            case vm_reg_name.VM_REG_GUEST_DR0: return ref registers.Dr0;
            case vm_reg_name.VM_REG_GUEST_DR1: return ref registers.Dr1;
            case vm_reg_name.VM_REG_GUEST_DR2: return ref registers.Dr2;
            case vm_reg_name.VM_REG_GUEST_DR3: return ref registers.Dr3;
            case vm_reg_name.VM_REG_GUEST_DR6: return ref registers.Dr6;
            case vm_reg_name.VM_REG_GUEST_DR7: return ref registers.Dr7;
            case vm_reg_name.VM_REG_GUEST_FS_BASE: return ref registers.Fs.Base;
            case vm_reg_name.VM_REG_GUEST_GS_BASE: return ref registers.Gs.Base;
            case vm_reg_name.VM_REG_GUEST_KGS_BASE: return ref registers.KernelGsBase;
            default: return ref registers.General[GeneralIndexOf(register)];
        }
    }
}
