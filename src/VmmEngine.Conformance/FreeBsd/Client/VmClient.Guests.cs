using VmmEngine.Conformance.FreeBsd.Interface;

namespace VmmEngine.Conformance.FreeBsd.Client;

/// <content>Loading guests.</content>
internal sealed partial class VmClient
{
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
        Write(GuestCode.Handlers, GuestCode.HandlersOfAll(is64Bit));
        if (!is64Bit)
        {
            Write(0, GuestCode.RealModeTable());
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
        Write(GuestCode.PageTables, LongMode.PageTables());
        Write(GuestCode.DescriptorTable, LongMode.Descriptors());
        Write(GuestCode.InterruptTable, LongMode.Gates());
        Activate();

        // Upstream's loader has this order, so every system takes it; whether one takes others is a case of its own.
        Set(Registers.Cr0, LongMode.Cr0);
        Set(Registers.Cr4, LongMode.Cr4);
        Set(Registers.Efer, LongMode.Efer);
        Set(Registers.Cr3, GuestCode.PageTables);
        SetSegment(0, Registers.Cs, LongMode.CodeSelector, 0, uint.MaxValue, 0xA09B);
        foreach (int segment in new[] { Registers.Ds, Registers.Es, Registers.Ss, Registers.Fs, Registers.Gs })
        {
            SetSegment(0, segment, LongMode.DataSelector, 0, uint.MaxValue, 0xC093);
        }

        SetSegment(0, Registers.Tr, LongMode.TaskSelector, 0, 0x67, 0x8B);
        SetSegment(0, Registers.Ldtr, 0, 0, 0, Unusable);
        Do(Commands.VM_SET_SEGMENT_DESCRIPTOR, Structs.SegmentDescriptor(0, Registers.Gdtr, GuestCode.DescriptorTable, LongMode.DescriptorLimit));
        Do(Commands.VM_SET_SEGMENT_DESCRIPTOR, Structs.SegmentDescriptor(0, Registers.Idtr, GuestCode.InterruptTable, LongMode.InterruptLimit));
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

    private void SetSegment(int cpu, int register, ulong @base, uint limit, uint access) =>
        SetSegment(cpu, register, 0, @base, limit, access);
}
