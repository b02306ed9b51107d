using System.Buffers.Binary;
using System.Runtime.InteropServices;
using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Locks;
using VmmEngine.Memory;

namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>
/// A back end with one vCPU in 64-bit mode: the guest restores x87 and SSE state, executes the instruction, saves the state, and writes to a port. With
/// the software back end that is the whole way of an instruction: decoding, translation, paging, handlers.
/// </summary>
internal sealed unsafe class BackendRunner : IInstructionRunner
{
    private const int MaximumSlices = 100;
    private const int MemorySize = 0x8000;
    private const int CodePage = 0x4000, DataPage = 0x5000, StatePage = 0x6000;
    private const ulong CodeAddress = 0x7000_0000, StateAddress = GuestData.Address + 0x1000;
    private const ulong LongModeActive = 0x500, Cr4 = 0x620, Cr0 = 0x8001_0033;

    // FXRSTOR64 [StateAddress]; ...; FXSAVE64 [StateAddress]; OUT 0xF4, AL. Both addresses are absolute: SIB without base.
    private static ReadOnlySpan<byte> Restore => [0x48, 0x0F, 0xAE, 0x0C, 0x25, 0x00, 0x10, 0x01, 0x70];

    private static ReadOnlySpan<byte> SaveAndExit => [0x48, 0x0F, 0xAE, 0x04, 0x25, 0x00, 0x10, 0x01, 0x70, 0xE6, 0xF4];

    private readonly VmLockMemory _locks = new(1);
    private readonly VmBackend _backend;
    private readonly DeviceBus _bus = new();
    private readonly byte* _memory = (byte*)NativeMemory.AlignedAlloc(MemorySize, 4096);

    /// <summary>Makes a VM of <paramref name="factory"/>.</summary>
    public BackendRunner(BackendFactory factory)
    {
        Name = factory.Name;
        _backend = factory.Create(new BackendRequest(_locks));
        _locks.Locks->Kick = _backend.Kick;
        NativeMemory.Clear(_memory, MemorySize);
        BuildPageTables();
        Assert.Equal(0, _backend.Map(new Gpa(0), new Hva((nuint)_memory), MemorySize, MemoryProtection.All));
        Assert.True(VcpuLocks<ProcessorAtomics>.TryFreeze(ref *_locks.Locks, 0, out Vcpu* vcpu));
        Assert.Equal(0, _backend.Prepare(vcpu));
        EnterLongMode();
    }

    /// <inheritdoc/>
    public string Name { get; }

    private Vcpu* Vcpu => _locks.Locks->Vcpus;

    /// <inheritdoc/>
    public string? Run(ReadOnlySpan<byte> instruction, ref MachineState state, Span<byte> data)
    {
        int end = WriteCode(instruction);
        var image = (FxImage*)(_memory + StatePage);
        *image = state.Fx;
        data.CopyTo(new Span<byte>(_memory + DataPage, data.Length));
        CpuRegisters registers = default;
        for (int i = 0; i < 16; i++)
        {
            registers.General[i] = state.General[i];
        }

        registers.Rip = CodeAddress;
        registers.Rflags = state.Rflags & ~0x200ul;
        Assert.Equal(0, _backend.WriteRegisters(Vcpu, RegisterGroups.General, in registers));
        VcpuExit* exit;
        RunResult result;
        int slices = 0;
        do
        {
            // On KVM the budget is a time, which a busy host may let pass before the first instruction.
            result = _backend.Run(Vcpu, new RunContext(_bus, RunFlags.ReturnOnHalt, 1000), out exit);
        }
        while (result == RunResult.Bogus && ++slices < MaximumSlices);

        Assert.Equal(0, _backend.ReadRegisters(Vcpu, RegisterGroups.General, ref registers));
        if (result != RunResult.Exit || exit->Reason != ExitReason.PortOut || registers.Rip != CodeAddress + (ulong)end)
        {
            string stopped = $"{Name}: {result}, {exit->Reason} at 0x{registers.Rip:x}";
            EnterLongMode();
            return stopped;
        }

        for (int i = 0; i < 16; i++)
        {
            state.General[i] = registers.General[i];
        }

        state.Rflags = registers.Rflags;
        state.Fx = *image;
        new Span<byte>(_memory + DataPage, data.Length).CopyTo(data);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _backend.Dispose();
        NativeMemory.AlignedFree(_memory);
    }

    private int WriteCode(ReadOnlySpan<byte> instruction)
    {
        Span<byte> code = new(_memory + CodePage, DataPage - CodePage);
        Restore.CopyTo(code);
        instruction.CopyTo(code[Restore.Length..]);
        SaveAndExit.CopyTo(code[(Restore.Length + instruction.Length)..]);
        int length = Restore.Length + instruction.Length + SaveAndExit.Length;
        _backend.MemoryWritten(new Gpa(CodePage), (ulong)length);
        return length;
    }

    /// <summary>Maps the pages of code, data and state; they lie in one 2 MiB region.</summary>
    private void BuildPageTables()
    {
        const ulong Present = 0x67;
        Span<byte> memory = new(_memory, MemorySize);
        BinaryPrimitives.WriteUInt64LittleEndian(memory[0x0000..], 0x1000 | Present);
        BinaryPrimitives.WriteUInt64LittleEndian(memory[0x1008..], 0x2000 | Present);
        BinaryPrimitives.WriteUInt64LittleEndian(memory[(0x2000 + (8 * 0x180))..], 0x3000 | Present);
        BinaryPrimitives.WriteUInt64LittleEndian(memory[0x3000..], CodePage | Present);
        BinaryPrimitives.WriteUInt64LittleEndian(memory[(0x3000 + (8 * 0x10))..], DataPage | Present);
        BinaryPrimitives.WriteUInt64LittleEndian(memory[(0x3000 + (8 * 0x11))..], StatePage | Present);
    }

    private void EnterLongMode()
    {
        const uint LongCode = 0xA09B, Data = 0xC093, BusyTss = 0x8B, Unusable = 0x1_0000;
        Assert.Equal(0, _backend.Reset(Vcpu));
        CpuRegisters registers = default;
        Assert.Equal(0, _backend.ReadRegisters(Vcpu, RegisterGroups.System, ref registers));
        registers.Cs = new SegmentRegister { Limit = uint.MaxValue, Selector = 8, Access = LongCode };
        registers.Ds = registers.Es = registers.Fs = registers.Gs = registers.Ss =
            new SegmentRegister { Limit = uint.MaxValue, Selector = 16, Access = Data };
        registers.Tr = new SegmentRegister { Limit = 0x67, Selector = 24, Access = BusyTss };
        registers.Ldtr = new SegmentRegister { Access = Unusable };
        registers.Idtr = default;
        registers.Cr0 = Cr0;
        registers.Cr3 = 0;
        registers.Cr4 = Cr4;
        registers.Efer = LongModeActive;
        Assert.Equal(0, _backend.WriteRegisters(Vcpu, RegisterGroups.System, in registers));
    }
}
