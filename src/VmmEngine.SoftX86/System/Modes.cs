namespace VmmEngine.SoftX86;

/// <summary>Which mode the processor is in.</summary>
internal static unsafe class Modes
{
    /// <summary>Protected or long mode, not virtual-8086: selectors name descriptors.</summary>
    public static bool HasDescriptors(Cpu* cpu) => (cpu->Cr0 & Cr0Bits.ProtectionEnable) != 0 && (cpu->Rflags & FlagBits.Virtual8086) == 0;

    /// <summary>Long mode, 64-bit or compatibility.</summary>
    public static bool IsLong(Cpu* cpu) => (cpu->Efer & EferBits.LongModeActive) != 0;

    /// <summary>64-bit code.</summary>
    public static bool Is64Bit(Cpu* cpu) => cpu->Mode == CpuMode.Long64;

    /// <summary>Virtual-8086 mode.</summary>
    public static bool IsVirtual8086(Cpu* cpu) => cpu->Mode == CpuMode.Virtual8086;

    /// <summary>
    /// Brings <see cref="Cpu.Mode"/>, <see cref="Cpu.Cpl"/> and the translation cache up to date after CR0, EFER, RFLAGS.VM, CS or SS have changed.
    /// </summary>
    public static void Update(Cpu* cpu)
    {
        uint code = cpu->Segments[SegmentIndex.Cs].Access;
        bool big = (code & AccessBits.Big) != 0;
        if ((cpu->Cr0 & Cr0Bits.ProtectionEnable) == 0)
        {
            // A 32-bit code segment that was left loaded goes on as 32-bit code: only the next load of CS tells it from protected mode.
            cpu->Cpl = 0;
            cpu->Mode = big ? CpuMode.Protected32 : CpuMode.Real;
        }
        else if ((cpu->Rflags & FlagBits.Virtual8086) != 0)
        {
            cpu->Cpl = 3;
            cpu->Mode = CpuMode.Virtual8086;
        }
        else
        {
            // The DPL of SS is the CPL always; the low bits of CS are not yet, between MOV CR0 and the far jump behind it.
            cpu->Cpl = cpu->Segments[SegmentIndex.Ss].Access >> AccessBits.PrivilegeShift & 3;
            cpu->Mode = !IsLong(cpu)
                ? big ? CpuMode.Protected32 : CpuMode.Protected16
                : (code & AccessBits.Long) != 0 ? CpuMode.Long64 : big ? CpuMode.Compatibility32 : CpuMode.Compatibility16;
        }

        Mmu.SelectCache(cpu);
    }
}
