using System.Runtime.InteropServices;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Platform;
using VmmEngine.Snapshots;

namespace VmmEngine.SoftX86;

/// <summary>One software vCPU with everything that belongs to it. Used by the thread that holds the vCPU.</summary>
internal sealed unsafe class SoftProcessor : IDisposable
{
    private const nuint CacheLinePair = 128;

    // A block is copied before it is found to be too big for the arena: there must be room for some.
    private static readonly nuint SmallestArena = 16 * BlockWriter.MaximumBytes;

    private readonly Translator _translator = new();
    private readonly SliceClock _slices;

    /// <summary>Makes a vCPU in the state after power-on.</summary>
    /// <remarks>What CPUID says differently is pinned, and lives as long as the vCPU.</remarks>
    /// <exception cref="OutOfMemoryException">The host has no memory; nothing is left behind.</exception>
    public SoftProcessor(
        Vcpu* shared, SoftOptions options, PhysicalMap* memory, CodeMap* code, nint owner, PcIrqchip interrupts, ReadOnlySpan<CpuidChange> pinnedChanges, bool hasApic)
    {
        Cpu = (Cpu*)NativeMemory.AlignedAlloc((nuint)sizeof(Cpu), CacheLinePair);
        NativeMemory.Clear(Cpu, (nuint)sizeof(Cpu));
        try
        {
            Apic = interrupts.Apics.Add(shared->Id, shared->Counters);
            Cpu->Owner = owner;
            Cpu->FlagsMiss = &LazyFlags.Miss;
            Cpu->System = new SystemState
            {
                AcknowledgeInterrupt = &Acknowledge,
                Apic = Apic.Words,
                Counters = shared->Counters,
                CpuidChanges = (CpuidChange*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(pinnedChanges)),
                CpuidChangeCount = (uint)pinnedChanges.Length,
                HasApic = hasApic ? 1u : 0,
                VcpuId = (uint)shared->Id,
                VcpuCount = (uint)options.Vcpus,
                ThreadsPerCore = (uint)options.ThreadsPerCore,
                MsrExits = options.MsrExits ? 1u : 0,
            };
            Cpu->Exit = (VcpuExit*)NativeMemory.AllocZeroed((nuint)sizeof(VcpuExit));
            ref TranslatorState state = ref Cpu->Translator;
            state.JumpCache = (JumpEntry*)NativeMemory.AllocZeroed(JumpCache.Entries, (nuint)sizeof(JumpEntry));
            state.Cache = CodeCache.Create(Math.Max((nuint)options.ArenaBytes, SmallestArena));
            state.Map = code;
            state.LogPosition = code->LogEnd;
            state.Bit = CodeMap.BitOf(shared->Id);
            state.Shared = shared;
            state.Generation = 1;
            state.CountsTime = options.Clock is InstructionClock ? 1u : 0;
            state.OneByOne = options.OneInstructionBlocks ? OneByOne.Option : OneByOne.None;
            if (!Mmu.Create(Cpu, memory))
            {
                throw new InsufficientMemoryException();
            }

            _slices = new SliceClock(options);
            View = new SoftVcpu(Cpu, _translator, _slices, interrupts, Apic);
            SoftX86.Reset.PowerOn(Cpu);
        }
        catch (OutOfMemoryException)
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The vCPU's state.</summary>
    public Cpu* Cpu { get; }

    /// <summary>Its local APIC.</summary>
    public LocalApic Apic { get; }

    /// <summary>The vCPU as the run loop sees it.</summary>
    public SoftVcpu View { get; }

    /// <summary>How often code came up that no form covers, by Iced's Code.</summary>
    public ReadOnlySpan<ulong> Uncovered => _translator.Uncovered;

    /// <summary>Frees the native memory. Nobody uses the vCPU any more.</summary>
    public void Dispose()
    {
        Mmu.Destroy(Cpu);
        if (Cpu->Translator.Cache != null)
        {
            CodeCache.Destroy(Cpu->Translator.Cache);
        }

        NativeMemory.Free(Cpu->Translator.JumpCache);
        NativeMemory.Free(Cpu->Exit);
        NativeMemory.AlignedFree(Cpu);
    }

    /// <summary>The state after power-on, with nothing pending. Time and the instruction count go on.</summary>
    public void Reset()
    {
        Apic.Reset();
        PowerOn();
    }

    /// <summary>A run of the run loop begins.</summary>
    /// <param name="budget">Instructions that it may execute; 0: as many as it likes.</param>
    /// <param name="flags">How it is to run.</param>
    public void BeginRun(ulong budget, RunFlags flags)
    {
        Cpu->System.TaskSwitchExits = (uint)(flags & RunFlags.ReturnOnTaskSwitch);
        _slices.BeginRun(Cpu, budget);
    }

    /// <summary>Does what a client wants from the next instruction on.</summary>
    public void Control(ExitControls controls)
    {
        ref TranslatorState state = ref Cpu->Translator;
        bool steps = (controls & ExitControls.SingleStep) != 0;
        state.Controls = controls;
        state.OneByOne = steps ? state.OneByOne | OneByOne.Step : state.OneByOne & ~OneByOne.Step;
        if (!steps)
        {
            state.StepPending = 0;
        }

        if ((controls & ExitControls.InterruptWindow) != 0)
        {
            Interlocked.Or(ref Cpu->Events, (uint)PendingEvents.Window);
        }
        else
        {
            Interlocked.And(ref Cpu->Events, ~(uint)PendingEvents.Window);
        }
    }

    /// <summary>HLT is over.</summary>
    public void EndHalt() => Cpu->Translator.Halted = 0;

    /// <summary>Finishes the instruction of the last exit, so that the state is one between two instructions.</summary>
    /// <remarks>Should that lead to a further exit, of an access that needs two, that access is not made: its instruction begins again.</remarks>
    public void FinishExit()
    {
        if (Cpu->Completion != null && !Outcomes.Complete(Cpu))
        {
            Drop();
        }

        Cpu->Instructions = Cpu->Translator.BudgetEnd - (ulong)Cpu->Budget;
    }

    /// <summary>Writes the state, between two instructions.</summary>
    public void Save(SnapshotWriter writer)
    {
        FinishExit();
        VcpuImage.Save(Cpu, writer);
        writer.Write(_slices.Unreported(Cpu));
    }

    /// <summary>Reads it back.</summary>
    /// <exception cref="SnapshotException">No vCPU can be in that state.</exception>
    public void Restore(SnapshotReader reader)
    {
        uint priority = Cpu->System.Apic->TaskPriority; // the local APIC has its own state
        PowerOn();
        VcpuImage.Restore(Cpu, reader);
        Cpu->System.Apic->TaskPriority = priority;
        ulong unreported = reader.ReadUInt64();
        _slices.Restored(Cpu, unreported <= Cpu->Instructions ? unreported : throw reader.Invalid("more instructions than there were"));
    }

    /// <summary>The instruction of the last exit is to be executed again.</summary>
    public void Restart()
    {
        Drop();
        ref TranslatorState state = ref Cpu->Translator;
        if (state.ExitProgress == ExitProgress.None)
        {
            return;
        }

        Cpu->Rip = state.ExitRip;
        if (state.ExitProgress == ExitProgress.Counted)
        {
            Cpu->Budget++;
            Cpu->Instructions--;
        }

        state.ExitProgress = ExitProgress.None;
    }

    /// <summary>Guest-physical addresses mean something else now: decoded code and translations are void.</summary>
    public void ForgetTranslations() => CodeLog.ForgetEverything(Cpu);

    private void PowerOn()
    {
        Drop();
        Control(ExitControls.None);
        Interlocked.Exchange(ref Cpu->Events, 0);
        SoftX86.Reset.PowerOn(Cpu);
        Mmu.FlushAll(Cpu);
    }

    private void Drop()
    {
        Cpu->Completion = null;
        Cpu->Translator.Halted = 0;
        Cpu->Translator.TrapPending = 0;
        Cpu->Translator.StepPending = 0;
    }

    // Takes the vector, and finds out whether there is another one behind it.
    private static int Acknowledge(Cpu* cpu)
    {
        if (GCHandle.FromIntPtr(cpu->Owner).Target is not SoftVm vm)
        {
            return -1;
        }

        int id = (int)cpu->System.VcpuId;
        int vector = vm.Interrupts.Acknowledge(id);
        if (!vm.Interrupts.HasInterrupt(id))
        {
            Interlocked.And(ref cpu->Events, ~(uint)PendingEvents.External);
        }

        return vector;
    }
}
