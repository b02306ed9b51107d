using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;

namespace VmmEngine.Paging;

/// <summary>In which mode a vCPU is, told from its registers as upstream tells it.</summary>
internal static class PagingModes
{
    private const ulong ProtectionEnable = 1;
    private const ulong Paging = 1UL << 31;
    private const ulong PhysicalAddressExtension = 1 << 5;
    private const ulong FiveLevels = 1 << 12;
    private const ulong LongModeActive = 1 << 10;
    private const int DplShift = 5;
    private const uint DplMask = 3;

    /// <summary>What a walk of the guest's tables must know now. Needs the registers' system part.</summary>
    public static vm_guest_paging Of(in CpuRegisters registers) => new()
    {
        cr3 = registers.Cr3,
        cpl = (int)((registers.Ss.Access >> DplShift) & DplMask),
        cpu_mode = CpuMode(in registers),
        paging_mode = PagingMode(in registers),
    };

    /// <summary>1 if the code segment's operands have 32 bits by default, else 0.</summary>
    public static int DefaultOperandSize(in CpuRegisters registers) => (registers.Cs.Access & seg_access.SEG_DESC_DEF32) != 0 ? 1 : 0;

    private static int CpuMode(in CpuRegisters registers)
    {
        if ((registers.Cr0 & ProtectionEnable) == 0)
        {
            return vm_cpu_mode.CPU_MODE_REAL;
        }

        if ((registers.Efer & LongModeActive) == 0)
        {
            return vm_cpu_mode.CPU_MODE_PROTECTED;
        }

        return (registers.Cs.Access & seg_access.SEG_DESC_LONG) != 0 ? vm_cpu_mode.CPU_MODE_64BIT : vm_cpu_mode.CPU_MODE_COMPATIBILITY;
    }

    private static int PagingMode(in CpuRegisters registers)
    {
        if ((registers.Cr0 & Paging) == 0)
        {
            return vm_paging_mode.PAGING_MODE_FLAT;
        }

        if ((registers.Cr4 & PhysicalAddressExtension) == 0)
        {
            return vm_paging_mode.PAGING_MODE_32;
        }

        if ((registers.Efer & LongModeActive) == 0)
        {
            return vm_paging_mode.PAGING_MODE_PAE;
        }

        return (registers.Cr4 & FiveLevels) != 0 ? vm_paging_mode.PAGING_MODE_64_LA57 : vm_paging_mode.PAGING_MODE_64;
    }
}
