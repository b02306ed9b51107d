using VmmEngine.Backends;
using VmmEngine.Snapshots;

namespace VmmEngine.SoftX86;

/// <summary>All that makes a software vCPU go on as it would have: registers, what is pending, how many instructions it has executed.</summary>
/// <remarks>
/// Decoded code and translations are not part of it, they come again. What they rest on and no register shows is: PAE's directory pointers.
/// </remarks>
internal static unsafe class VcpuImage
{
    private const uint AllOfMxcsr = 0xFFFF;
    private const uint KnownEvents = (uint)(PendingEvents.Nmi | PendingEvents.External | PendingEvents.Injected | PendingEvents.NmiBlocked);
    private const uint TrapReasons = 0xE00F; // of DR6: BT, BS, BD, B3 to B0

    /// <summary>Writes the state of a vCPU whose last instruction is finished.</summary>
    public static void Save(Cpu* cpu, SnapshotWriter writer)
    {
        CpuRegisters registers = default;
        RegisterFile.Read(cpu, RegisterGroups.All, ref registers);
        writer.WriteStruct(in registers);
        writer.Write(new ReadOnlySpan<byte>(cpu->Xmm, 16 * 16));
        writer.Write(cpu->Mxcsr);
        writer.WriteStruct(in cpu->Fpu);
        writer.Write(cpu->Msrs.MiscEnable);
        writer.Write(cpu->Msrs.TscAux);
        writer.Write(cpu->Msrs.MtrrDefault);
        writer.Write(cpu->Msrs.TscOffset);
        writer.Write(cpu->Translator.ClockOffset);
        writer.WriteStruct(in cpu->Mtrrs);
        writer.Write(new ReadOnlySpan<byte>(cpu->Mmu.DirectoryPointers, 4 * sizeof(ulong)));
        ref TranslatorState state = ref cpu->Translator;
        writer.Write(cpu->Instructions);
        writer.Write(cpu->Events);
        writer.WriteStruct(in state.Injected);
        writer.Write(state.Halted != 0);
        writer.Write(state.TrapPending);
        writer.Write(state.StepPending != 0);
    }

    /// <summary>Puts a vCPU into that state.</summary>
    /// <exception cref="SnapshotException">No vCPU can be in it.</exception>
    public static void Restore(Cpu* cpu, SnapshotReader reader)
    {
        CpuRegisters registers = reader.ReadStruct<CpuRegisters>();
        Span<byte> xmm = stackalloc byte[16 * 16];
        reader.Read(xmm);
        uint mxcsr = reader.ReadUInt32();
        FpuState fpu = reader.ReadStruct<FpuState>();
        ulong miscEnable = reader.ReadUInt64(), tscAux = reader.ReadUInt64(), mtrrDefault = reader.ReadUInt64();
        ulong timeStampOffset = reader.ReadUInt64(), clockOffset = reader.ReadUInt64();
        MtrrFile mtrrs = reader.ReadStruct<MtrrFile>();
        Span<byte> pointers = stackalloc byte[4 * sizeof(ulong)];
        reader.Read(pointers);
        ulong instructions = reader.ReadUInt64();
        uint events = reader.ReadUInt32() & KnownEvents;
        PendingException injected = reader.ReadStruct<PendingException>();
        bool halted = reader.ReadBoolean();
        uint trap = reader.ReadUInt32();
        bool step = reader.ReadBoolean();
        if (mxcsr > AllOfMxcsr || instructions > long.MaxValue || injected.Kind > ExceptionKind.Nmi || (trap & ~TrapReasons) != 0)
        {
            throw reader.Invalid("a value that no vCPU has");
        }

        ref TranslatorState state = ref cpu->Translator;
        cpu->Instructions = instructions;
        cpu->Budget = 0;
        state.BudgetEnd = instructions;
        if (!RegisterFile.TryWrite(cpu, RegisterGroups.All, in registers))
        {
            throw reader.Invalid("control registers that no processor accepts");
        }

        xmm.CopyTo(new Span<byte>(cpu->Xmm, xmm.Length));
        cpu->Mxcsr = mxcsr;
        cpu->Fpu = fpu;
        (cpu->Msrs.MiscEnable, cpu->Msrs.TscAux, cpu->Msrs.MtrrDefault) = (miscEnable, tscAux, mtrrDefault);
        cpu->Mtrrs = mtrrs;
        if (state.CountsTime != 0)
        {
            // To the nanosecond; the host's time is another one here, and there the register's value is what counts.
            (cpu->Msrs.TscOffset, state.ClockOffset) = (timeStampOffset, clockOffset);
        }

        pointers.CopyTo(new Span<byte>(cpu->Mmu.DirectoryPointers, pointers.Length));
        Interlocked.Exchange(ref cpu->Events, events);
        state.Injected = injected;
        state.Halted = halted ? 1u : 0;
        state.TrapPending = trap;
        state.StepPending = step ? 1u : 0;
        state.ExitProgress = ExitProgress.None;
        Mmu.FlushAll(cpu);
    }
}
