using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>The state after RESET.</summary>
internal static unsafe class Reset
{
    private const ulong PowerOnPat = 0x0007_0406_0007_0406;
    private const uint PowerOnMxcsr = 0x1F80;
    private const ushort FpuControl = 0x037F;

    /// <summary>Fast strings, and no performance monitoring that could be profiled with.</summary>
    private const ulong PowerOnMiscEnable = 1 | (1 << 11) | (1 << 12);

    /// <summary>Puts all registers into it. The time-stamp counter goes on; memory, devices, the local APIC and what is pending belong to others.</summary>
    public static void PowerOn(Cpu* cpu)
    {
        new Span<ulong>(cpu->General, 16).Clear();
        cpu->General[RegisterIndex.Rdx] = Cpuid.Get(cpu, 1, 0).Eax;
        cpu->Rip = 0xFFF0;
        cpu->FlagKind = FlagKind.None;
        cpu->Rflags = FlagBits.Fixed;
        cpu->InterruptShadow = Shadow.None;
        cpu->Completion = null;
        PowerOnSegments(cpu);
        cpu->Cr0 = Cr0Bits.ExtensionType | Cr0Bits.CacheDisable | Cr0Bits.NotWriteThrough;
        cpu->Cr2 = cpu->Cr3 = cpu->Cr4 = cpu->Efer = 0;
        new Span<ulong>(cpu->Debug, 8).Clear();
        cpu->Debug[6] = DebugBits.StatusFixed;
        cpu->Debug[7] = DebugBits.ControlFixed;
        Breakpoints.Update(cpu);
        cpu->Msrs = new MsrFile
        {
            TscOffset = cpu->Msrs.TscOffset,
            Pat = PowerOnPat,
            MiscEnable = PowerOnMiscEnable,
        };
        cpu->Mtrrs = default;
        new Span<ulong>(cpu->Xmm, 32).Clear();
        cpu->Mxcsr = PowerOnMxcsr;
        cpu->Fpu = new FpuState { Control = FpuControl };
        Modes.Update(cpu);
    }

    private static void PowerOnSegments(Cpu* cpu)
    {
        SegmentRegister data = new() { Limit = 0xFFFF, Access = AccessBits.RealMode };
        for (int i = 0; i < SegmentIndex.Ldtr; i++)
        {
            cpu->Segments[i] = data;
        }

        cpu->Segments[SegmentIndex.Cs] = new SegmentRegister
        {
            Base = 0xFFFF_0000,
            Limit = 0xFFFF,
            Access = AccessBits.RealMode | AccessBits.Code,
            Selector = 0xF000,
        };
        cpu->Segments[SegmentIndex.Ldtr] = new SegmentRegister { Limit = 0xFFFF, Access = AccessBits.Present | SystemTypes.Ldt };
        cpu->Segments[SegmentIndex.Tr] = new SegmentRegister { Limit = 0xFFFF, Access = AccessBits.Present | SystemTypes.BusyTss32 };
        cpu->Gdtr = new DescriptorTable { Limit = 0xFFFF };
        cpu->Idtr = new DescriptorTable { Limit = 0xFFFF };
    }
}
