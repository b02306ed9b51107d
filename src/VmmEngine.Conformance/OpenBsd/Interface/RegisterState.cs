namespace VmmEngine.Conformance.OpenBsd.Interface;

/// <summary>A vcpu_reg_state within a struct.</summary>
/// <param name="Bytes">The struct.</param>
/// <param name="Start">Where it begins.</param>
internal readonly record struct RegisterState(Struct Bytes, int Start)
{
    public const int Size = 568;

    public const int Rax = 0, Rcx = 1, Rdx = 2, Rbx = 3, Rsp = 4, Rbp = 5, Rsi = 6, Rdi = 7, Rip = 16, Rflags = 17, GprCount = 18;
    public const int Cr0 = 0, Cr2 = 1, Cr3 = 2, Cr4 = 3, Cr8 = 4, Xcr0 = 5, Pdpte0 = 6, CrCount = 10;
    public const int Es = 0, Cs = 1, Ss = 2, Ds = 3, Fs = 4, Gs = 5, Ldtr = 6, Tr = 7, SegmentCount = 8;
    public const int Efer = 0, Star = 1, Lstar = 2, Cstar = 3, Sfmask = 4, KernelGsBase = 5, MiscEnable = 6, MsrCount = 7;
    public const int Dr6 = 4, Dr7 = 5, DrCount = 6;

    /// <summary>The groups' mask bits.</summary>
    public const ulong General = 1, Segments = 2, Control = 4, Msrs = 8, Debug = 16, All = 31;

    private const int Crs = 144, MsrStart = 224, Drs = 280, SegmentStart = 328, SegmentSize = 24, Gdtr = 520, Idtr = 544;

    /// <summary>The bytes of each group, from the start.</summary>
    public static IReadOnlyDictionary<ulong, Range> Groups { get; } = new Dictionary<ulong, Range>
    {
        [General] = 0..Crs,
        [Control] = Crs..MsrStart,
        [Msrs] = MsrStart..Drs,
        [Debug] = Drs..SegmentStart,
        [Segments] = SegmentStart..Size,
    };

    public ulong Gpr(int register) => Bytes.U64(Start + (register * 8));

    public ulong Cr(int register) => Bytes.U64(Start + Crs + (register * 8));

    public ulong Msr(int register) => Bytes.U64(Start + MsrStart + (register * 8));

    public ulong Dr(int register) => Bytes.U64(Start + Drs + (register * 8));

    public Span<byte> Group(ulong mask) => Bytes.Bytes.Slice(Start, Size)[Groups[mask]];

    public RegisterState SetGpr(int register, ulong value) => Set(register * 8, value);

    public RegisterState SetCr(int register, ulong value) => Set(Crs + (register * 8), value);

    public RegisterState SetMsr(int register, ulong value) => Set(MsrStart + (register * 8), value);

    public RegisterState SetDr(int register, ulong value) => Set(Drs + (register * 8), value);

    public RegisterState SetSegment(int register, ushort selector, ulong @base, uint limit, uint access) => SetTable(SegmentStart + (register * SegmentSize), selector, @base, limit, access);

    public RegisterState SetGdtr(ulong @base, uint limit) => SetTable(Gdtr, 0, @base, limit, 0);

    public RegisterState SetIdtr(ulong @base, uint limit) => SetTable(Idtr, 0, @base, limit, 0);

    public ushort Selector(int register) => Bytes.U16(Start + SegmentStart + (register * SegmentSize));

    public uint Limit(int register) => Bytes.U32(Start + SegmentStart + (register * SegmentSize) + 4);

    public uint Access(int register) => Bytes.U32(Start + SegmentStart + (register * SegmentSize) + 8);

    public ulong Base(int register) => Bytes.U64(Start + SegmentStart + (register * SegmentSize) + 16);

    public ulong GdtrBase => Bytes.U64(Start + Gdtr + 16);

    public uint GdtrLimit => Bytes.U32(Start + Gdtr + 4);

    public ulong IdtrBase => Bytes.U64(Start + Idtr + 16);

    public uint IdtrLimit => Bytes.U32(Start + Idtr + 4);

    /// <summary>Real mode at an address, interrupts off: segments begin at 0, data segments reach to 4 GiB.</summary>
    public RegisterState SetRealMode(ulong address = GuestCode.Start)
    {
        SetGpr(Rip, address).SetGpr(Rsp, GuestCode.StackTop).SetGpr(Rflags, 2).SetCr(Cr0, 0x10);
        foreach (int segment in new[] { Es, Ss, Ds, Fs, Gs })
        {
            SetSegment(segment, 0, 0, uint.MaxValue, 0x8093);
        }

        return SetSegment(Cs, 0, 0, 0xFFFF, 0x9B).SetSegment(Ldtr, 0, 0, 0xFFFF, 0x82).SetSegment(Tr, 0, 0, 0xFFFF, 0x8B)
            .SetGdtr(0, 0xFFFF).SetIdtr(0, 0x3FF).SetDr(Dr6, 0xFFFF_0FF0).SetDr(Dr7, 0x400);
    }

    /// <summary>64-bit mode at the code, at privilege level 0, with the tables of <see cref="LongMode"/>.</summary>
    public RegisterState SetLongMode()
    {
        SetRealMode().SetCr(Cr0, LongMode.Cr0).SetCr(Cr3, GuestCode.PageTables).SetCr(Cr4, LongMode.Cr4).SetMsr(Efer, LongMode.Efer);
        foreach (int segment in new[] { Es, Ss, Ds, Fs, Gs })
        {
            SetSegment(segment, LongMode.DataSelector, 0, uint.MaxValue, 0xC093);
        }

        return SetSegment(Cs, LongMode.CodeSelector, 0, uint.MaxValue, 0xA09B).SetSegment(Tr, LongMode.TaskSelector, 0, 0x67, 0x8B)
            .SetSegment(Ldtr, 0, 0, 0, 0x1_0000).SetGdtr(GuestCode.DescriptorTable, LongMode.DescriptorLimit).SetIdtr(GuestCode.InterruptTable, LongMode.InterruptLimit);
    }

    private RegisterState SetTable(int offset, ushort selector, ulong @base, uint limit, uint access)
    {
        Bytes.U16(Start + offset, selector).U32(Start + offset + 4, limit).U32(Start + offset + 8, access).U64(Start + offset + 16, @base);
        return this;
    }

    private RegisterState Set(int offset, ulong value)
    {
        Bytes.U64(Start + offset, value);
        return this;
    }
}
