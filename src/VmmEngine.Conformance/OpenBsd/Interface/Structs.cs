namespace VmmEngine.Conformance.OpenBsd.Interface;

/// <summary>The commands' argument structs, filled in. Offsets are the interface's.</summary>
internal static class Structs
{
    /// <summary>An address that nobody can have mapped.</summary>
    public const nint BadPointer = 0x10;

    public const int RangesAt = 16;
    public const int RangeSize = 32;
    public const int NameAt = 528;

    public const int Ram = 0;
    public const int Mmio = 2;

    public const int InjectInterrupt = 1;
    public const int InjectException = 2;
    public const int InjectNmi = 3;

    public const uint ClockAddress = 1;
    public const uint ClockVersion = 2;

    /// <summary>vm_create_params.</summary>
    public static Struct Create(Revision revision, IReadOnlyList<MemoryRange> ranges, ulong vcpus = 1, string name = "") =>
        Fill(new Struct(revision.Create.Size), ranges).U64(0, (ulong)ranges.Count).U64(8, vcpus).Text(NameAt, System.Text.Encoding.ASCII.GetBytes(name));

    /// <summary>vm_run_params.</summary>
    public static Struct Run(Revision revision, uint vm, UserPointer exit, uint vcpu = 0, bool answers = false, Injection inject = default, bool pending = false)
    {
        Struct run = Vcpu(revision.Run, vm, vcpu).Pointer(revision.RunExit, exit).U8(revision.RunPending, pending ? (byte)1 : (byte)0);
        if (!revision.IsNewer)
        {
            run.U8(8, answers ? (byte)1 : (byte)0);
        }

        return run.U8(revision.RunInject, inject.Vector).U32(revision.RunInject + 4, inject.Error).U8(revision.RunInject + 8, inject.Type);
    }

    /// <summary>vm_info_params.</summary>
    public static Struct Info(ulong size, UserPointer array) => new Struct(24).U64(0, size).Pointer(16, array);

    /// <summary>vm_terminate_params.</summary>
    public static Struct Terminate(uint vm) => new Struct(4).U32(0, vm);

    /// <summary>The argument of a command that names a vCPU, with nothing else in it.</summary>
    public static Struct Vcpu(Command command, uint vm, uint vcpu = 0)
    {
        Struct argument = new Struct(command.Size).U32(0, vm);
        return command.Size >= 8 ? argument.U32(4, vcpu) : argument;
    }

    /// <summary>vm_resetcpu_params, with registers to be filled in.</summary>
    public static Struct Reset(uint vm, out RegisterState registers, uint vcpu = 0)
    {
        Struct argument = new Struct(576).U32(0, vm).U32(4, vcpu);
        registers = new RegisterState(argument, 8);
        return argument;
    }

    /// <summary>vm_rwregs_params.</summary>
    public static Struct Registers(uint vm, ulong mask, out RegisterState registers, uint vcpu = 0)
    {
        Struct argument = new Struct(584).U32(0, vm).U32(4, vcpu).U64(8, mask);
        registers = new RegisterState(argument, 16);
        return argument;
    }

    /// <summary>vm_intr_params.</summary>
    public static Struct Interrupt(uint vm, int level, uint vcpu = 0) => new Struct(12).U32(0, vm).U32(4, vcpu).U16(8, level);

    /// <summary>vm_rwvmparams_params.</summary>
    public static Struct Parameters(uint vm, uint mask, ulong address = 0, uint version = 0, uint vcpu = 0) =>
        new Struct(32).U32(0, vm).U32(4, vcpu).U32(8, mask).U64(16, address).U32(24, version);

    /// <summary>vm_sharemem_params.</summary>
    public static Struct Share(Revision revision, uint vm, IReadOnlyList<MemoryRange> ranges) =>
        Fill(new Struct(revision.ShareMemory.Size).U32(0, vm).U64(8, (ulong)ranges.Count), ranges);

    /// <summary>vm_mprotect_ept_params.</summary>
    public static Struct Protect(uint vm, ulong address, ulong size, int protection, uint vcpu = 0) =>
        new Struct(32).U32(0, vm).U32(4, vcpu).U64(8, address).U64(16, size).I32(24, protection);

    private static Struct Fill(Struct argument, IReadOnlyList<MemoryRange> ranges)
    {
        for (int i = 0; i < ranges.Count && i < 16; i++)
        {
            MemoryRange range = ranges[i];
            int offset = RangesAt + (i * RangeSize);
            argument.U64(offset, range.Address).U64(offset + 8, range.Client).U64(offset + 16, range.Size).I32(offset + 24, range.Type);
        }

        return argument;
    }
}

/// <summary>A vm_mem_range.</summary>
/// <param name="Address">Guest-physical.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Client">Where the client has it.</param>
/// <param name="Type">RAM, unless it says otherwise.</param>
internal sealed record MemoryRange(ulong Address, ulong Size, ulong Client = 0, int Type = Structs.Ram);

/// <summary>A vcpu_inject_event.</summary>
internal readonly record struct Injection(byte Type, byte Vector, uint Error = 0)
{
    public static Injection Interrupt(byte vector) => new(Structs.InjectInterrupt, vector);

    public static Injection Exception(byte vector, uint error = 0) => new(Structs.InjectException, vector, error);
}

/// <summary>A vm_info_result.</summary>
internal readonly record struct VmRecord(Struct Bytes, int Start)
{
    public const int Size = 160;
    public const int Stopped = 0;
    public const int Running = 1;
    public const int Terminated = 3;
    public const int Unknown = 4;

    public ulong MemorySize => Bytes.U64(Start);

    public ulong UsedSize => Bytes.U64(Start + 8);

    public ulong Vcpus => Bytes.U64(Start + 16);

    public int Creator => Bytes.I32(Start + 88);

    public uint Id => Bytes.U32(Start + 92);

    public ReadOnlySpan<byte> Name => Bytes.Bytes.Slice(Start + 96, 64);

    public int StateOf(int vcpu) => Bytes.U8(Start + 24 + vcpu);
}
