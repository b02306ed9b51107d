using VmmEngine.Conformance.FreeBsd.Interface;

namespace VmmEngine.Conformance.FreeBsd.Client;

/// <content>Loading guests.</content>
internal sealed partial class VmClient
{
    private const ulong PageSizeBit = 0x80;
    private const ulong PresentWritableUser = 7;
    private const uint Unusable = 0x1_0000;

    /// <summary>
    /// Memory with code, every interrupt vector with a handler that tells its number, and an active vCPU 0 in real mode at the code. All segments begin
    /// at 0; data segments reach to 4 GiB, so that 32-bit addresses work.
    /// </summary>
    public void LoadRealMode(params ReadOnlySpan<byte> code)
    {
        LoadMemory(code, is64Bit: false);
        StartRealMode(0);
    }

    /// <summary>Memory, code and handlers alone.</summary>
    public void LoadMemory(ReadOnlySpan<byte> code, bool is64Bit)
    {
        AddMemory(GuestCode.MemorySize);
        byte[] handlers = new byte[256 * 16];
        byte[] table = new byte[256 * 4];
        for (int vector = 0; vector < 256; vector++)
        {
            GuestCode.Handler(vector, is64Bit).CopyTo(handlers, vector * 16);
            BitConverter.TryWriteBytes(table.AsSpan(vector * 4), (ushort)(GuestCode.Handlers + (ulong)(vector * 16)));
        }

        Write(GuestCode.Handlers, handlers);
        if (!is64Bit)
        {
            Write(0, table);
        }

        Write(GuestCode.Start, code);
    }

    /// <summary>Activates a vCPU and puts it into real mode at an address.</summary>
    public void StartRealMode(int cpu, ulong address = GuestCode.Start)
    {
        Activate(cpu);
        SetRealMode(cpu, address);
    }

    public void SetRealMode(int cpu, ulong address = GuestCode.Start)
    {
        SetSegment(cpu, Registers.Cs, 0, 0xFFFF, 0x9B);
        foreach (int segment in new[] { Registers.Ds, Registers.Es, Registers.Ss, Registers.Fs, Registers.Gs })
        {
            SetSegment(cpu, segment, 0, uint.MaxValue, 0x8093);
        }

        Set(Registers.Rip, address, cpu);
        Set(Registers.Rsp, GuestCode.StackTop - ((ulong)cpu * 0x100), cpu);
        Set(Registers.Rflags, 2, cpu);
    }

    /// <summary>
    /// Memory with code and handlers as <see cref="LoadRealMode"/>, and an active vCPU 0 in 64-bit mode at the code, with privilege level 0. The first 4 GiB are mapped to
    /// themselves in pages of 2 MiB, for all privilege levels.
    /// </summary>
    public void LoadLongMode(params ReadOnlySpan<byte> code)
    {
        LoadMemory(code, is64Bit: true);
        Write(GuestCode.PageTables, LongModeTables());
        Struct descriptors = new(5 * 8);
        descriptors.U64(8, 0x00AF_9B00_0000_FFFF); // 8: 64-bit code
        descriptors.U64(16, 0x00CF_9300_0000_FFFF); // 16: data
        descriptors.U64(24, 0x0000_8B00_0000_0067); // 24: a task-state segment at 0, which no privilege level is left for
        Write(GuestCode.DescriptorTable, descriptors.Bytes);
        Struct gates = new(256 * 16);
        for (int vector = 0; vector < 256; vector++)
        {
            // A 64-bit interrupt gate, present, for privilege level 0, to selector 8.
            gates.U64(vector * 16, 0x8E00_0008_0000UL | (GuestCode.Handlers + ((ulong)vector * 16)));
        }

        Write(GuestCode.InterruptTable, gates.Bytes);
        Activate();

        // Upstream's loader has this order, so every system takes it; whether one takes others is a case of its own.
        Set(Registers.Cr0, 0x8000_0031); // PG, NE, ET, PE
        Set(Registers.Cr4, 0x20); // PAE
        Set(Registers.Efer, 0x500); // LME, LMA
        Set(Registers.Cr3, GuestCode.PageTables);
        SetSegment(0, Registers.Cs, 8, 0, uint.MaxValue, 0xA09B);
        foreach (int segment in new[] { Registers.Ds, Registers.Es, Registers.Ss, Registers.Fs, Registers.Gs })
        {
            SetSegment(0, segment, 16, 0, uint.MaxValue, 0xC093);
        }

        SetSegment(0, Registers.Tr, 24, 0, 0x67, 0x8B);
        SetSegment(0, Registers.Ldtr, 0, 0, 0, Unusable);
        Do(Commands.VM_SET_SEGMENT_DESCRIPTOR, Structs.SegmentDescriptor(0, Registers.Gdtr, GuestCode.DescriptorTable, 39));
        Do(Commands.VM_SET_SEGMENT_DESCRIPTOR, Structs.SegmentDescriptor(0, Registers.Idtr, GuestCode.InterruptTable, 0xFFF));
        Set(Registers.Rip, GuestCode.Start);
        Set(Registers.Rsp, GuestCode.StackTop);
        Set(Registers.Rflags, 2);
    }

    /// <summary>A segment register with its selector.</summary>
    public void SetSegment(int cpu, int register, ushort selector, ulong @base, uint limit, uint access)
    {
        Do(Commands.VM_SET_SEGMENT_DESCRIPTOR, Structs.SegmentDescriptor(cpu, register, @base, limit, access));
        Set(register, selector, cpu);
    }

    private static byte[] LongModeTables()
    {
        Struct tables = new(6 * (int)PageSize);
        tables.U64(0, (GuestCode.PageTables + PageSize) | PresentWritableUser);
        for (int gibibyte = 0; gibibyte < 4; gibibyte++)
        {
            int directory = (2 + gibibyte) * (int)PageSize;
            tables.U64((int)PageSize + (gibibyte * 8), (GuestCode.PageTables + (ulong)directory) | PresentWritableUser);
            for (int entry = 0; entry < 512; entry++)
            {
                ulong page = ((ulong)gibibyte << 30) | ((ulong)entry << 21);
                tables.U64(directory + (entry * 8), page | PageSizeBit | PresentWritableUser);
            }
        }

        return tables.Snapshot();
    }

    private void SetSegment(int cpu, int register, ulong @base, uint limit, uint access) =>
        SetSegment(cpu, register, 0, @base, limit, access);
}
