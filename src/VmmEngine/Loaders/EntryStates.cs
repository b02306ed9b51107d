using VmmEngine.Backends;

namespace VmmEngine.Loaders;

/// <summary>The states in which images are entered. Interrupts are off, and general registers 0 where nothing else is said.</summary>
internal static unsafe class EntryStates
{
    private const ulong Cr0ProtectionEnable = 1 << 0;
    private const ulong Cr0MonitorCoprocessor = 1 << 1;
    private const ulong Cr0ExtensionType = 1 << 4;
    private const ulong Cr0NumericError = 1 << 5;
    private const ulong Cr0CacheOff = 3UL << 29; // NW and CD
    private const ulong Cr0Paging = 1UL << 31;
    private const ulong Cr4Pae = 1 << 5;
    private const ulong Cr4Sse = (1 << 9) | (1 << 10); // OSFXSR and OSXMMEXCPT
    private const ulong EferLongMode = (1 << 8) | (1 << 10); // LME and LMA
    private const ulong FlagsFixed = 1 << 1;

    private const uint RealCode = 0x9B;
    private const uint RealData = 0x93;
    private const uint FlatCode32 = 0xC09B;
    private const uint FlatData = 0xC093;
    private const uint FlatCode64 = 0xA09B;
    private const uint EmptyLdt = 0x82;
    private const uint BusyTss = 0x8B;

    private const ulong ApicBase = 0xFEE0_0800;
    private const ulong ApicBaseBootProcessor = 0x100;

    // Family 6, as processors leave it in RDX for firmware to look at.
    private const ulong Signature = 0x600;

    private const int Rdx = 2;

    /// <summary>The state after power-on: the first instruction is 16 bytes below 4 GiB.</summary>
    public static EntryState Reset()
    {
        CpuRegisters registers = RealMode(0xF000, 0xFFF0);
        registers.Cs.Base = 0xFFFF_0000;
        registers.Cr0 |= Cr0CacheOff;
        registers.General[Rdx] = Signature;
        return Entry(registers);
    }

    /// <summary>Real mode, all data segments at 0, stack below 64 KiB.</summary>
    /// <param name="address">Where to begin, below 1 MiB.</param>
    public static EntryState Real(ulong address) => Entry(RealMode((ushort)((address >> 4) & 0xF000), address & 0xFFFF));

    /// <summary>Protected mode with flat segments of 4 GiB: selectors 8 and 16, for which the guest has no table yet.</summary>
    public static EntryState Protected(uint address, uint eax = 0, uint ebx = 0)
    {
        CpuRegisters registers = Flat(FlatCode32);
        registers.Rip = address;
        registers.General[0] = eax;
        registers.General[3] = ebx;
        return Entry(registers);
    }

    /// <summary>64-bit mode with flat segments, SSE enabled.</summary>
    /// <param name="address">Where to begin.</param>
    /// <param name="pageTables">The physical address of the top-level table.</param>
    /// <param name="rsp">The stack.</param>
    /// <param name="rdi">The first argument of a C function.</param>
    /// <param name="bootProcessor">False for the vCPUs that the first one would have to start.</param>
    public static EntryState Long(ulong address, ulong pageTables, ulong rsp = 0, ulong rdi = 0, bool bootProcessor = true)
    {
        CpuRegisters registers = Flat(FlatCode64);
        registers.Rip = address;
        registers.Cr0 |= Cr0MonitorCoprocessor | Cr0NumericError | Cr0Paging;
        registers.Cr3 = pageTables;
        registers.Cr4 = Cr4Pae | Cr4Sse;
        registers.Efer = EferLongMode;
        registers.General[4] = rsp;
        registers.General[7] = rdi;
        registers.ApicBase = ApicBase | (bootProcessor ? ApicBaseBootProcessor : 0);
        return Entry(registers);
    }

    private static CpuRegisters RealMode(ushort cs, ulong ip)
    {
        CpuRegisters registers = Common();
        SegmentRegister data = Segment(0, 0, 0xFFFF, RealData);
        registers.Cs = Segment(cs, (ulong)cs << 4, 0xFFFF, RealCode);
        registers.Ds = registers.Es = registers.Fs = registers.Gs = registers.Ss = data;
        registers.Rip = ip;
        return registers;
    }

    private static CpuRegisters Flat(uint code)
    {
        CpuRegisters registers = Common();
        SegmentRegister data = Segment(0x10, 0, uint.MaxValue, FlatData);
        registers.Cs = Segment(0x08, 0, uint.MaxValue, code);
        registers.Ds = registers.Es = registers.Fs = registers.Gs = registers.Ss = data;
        registers.Cr0 |= Cr0ProtectionEnable;
        return registers;
    }

    private static CpuRegisters Common()
    {
        CpuRegisters registers = default;
        registers.Rflags = FlagsFixed;
        registers.Cr0 = Cr0ExtensionType;
        registers.ApicBase = ApicBase | ApicBaseBootProcessor;
        registers.Ldtr = Segment(0, 0, 0xFFFF, EmptyLdt);
        registers.Tr = Segment(0, 0, 0xFFFF, BusyTss);
        registers.Gdtr.Limit = registers.Idtr.Limit = 0xFFFF;
        return registers;
    }

    private static SegmentRegister Segment(ushort selector, ulong start, uint limit, uint access) =>
        new() { Selector = selector, Base = start, Limit = limit, Access = access };

    private static EntryState Entry(in CpuRegisters registers) => new(registers, RegisterGroups.General | RegisterGroups.System);
}
