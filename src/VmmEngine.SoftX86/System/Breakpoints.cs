using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>
/// Hardware breakpoints: DR0 to DR3 as DR7 arms them. While one is armed, instructions execute one by one; a page that is watched gets no tag in
/// a translation cache, so that every access to it comes by here. Without any, nobody looks.
/// </summary>
/// <remarks>
/// Watched are the accesses of instructions and of deliveries onto the current stack, not those that the processor makes to tables and to other
/// stacks. Intel SDM volume 3, 18.2.
/// </remarks>
internal static unsafe class Breakpoints
{
    private const int Count = 4;
    private const int ConditionBits = 4;

    /// <summary>To be called after anything that changes DR0 to DR3, DR7 or CR4.DE.</summary>
    public static void Update(Cpu* cpu)
    {
        BreakpointState state = default;
        ulong control = cpu->Debug[7];
        for (int i = 0; i < Count; i++)
        {
            if ((control >> (2 * i) & DebugBits.Enables) != 0)
            {
                Arm(cpu, ref state, 1u << i, (BreakpointCondition)(control >> (DebugBits.FirstCondition + (ConditionBits * i)) & 3));
            }
        }

        cpu->System.Breakpoints = state;
        ref OneByOne reasons = ref cpu->Translator.OneByOne;
        bool armed = (state.Execution | state.Writes | state.Ports) != 0;
        reasons = armed ? reasons | OneByOne.Breakpoints : reasons & ~OneByOne.Breakpoints;
        if (state.Writes != 0)
        {
            Mmu.FlushAll(cpu); // tags of pages that are watched from now on
        }
    }

    /// <summary>Whether RFLAGS.RF means anything: outside of that, nobody takes it away behind its one instruction.</summary>
    public static bool KeepResume(Cpu* cpu) => cpu->System.Breakpoints.Execution != 0;

    /// <summary>Looks for a breakpoint on the instruction at RIP.</summary>
    /// <returns>True: the #DB that comes before the instruction is recorded.</returns>
    public static bool TryStop(Cpu* cpu)
    {
        uint armed = cpu->System.Breakpoints.Execution;
        if (armed == 0 || (cpu->Rflags & FlagBits.Resume) != 0 || cpu->InterruptShadow == Shadow.InterruptsAndTraps)
        {
            return false;
        }

        ulong linear = cpu->Mode == CpuMode.Long64 ? cpu->Rip : (uint)(cpu->Segments[SegmentIndex.Cs].Base + cpu->Rip);
        uint met = 0;
        for (int i = 0; i < Count; i++)
        {
            met |= (armed >> i & 1) != 0 && cpu->Debug[i] == linear ? 1u << i : 0;
        }

        if (met == 0)
        {
            return false;
        }

        cpu->Debug[6] = (cpu->Debug[6] & ~DebugBits.Met) | met;
        Faults.Raise(cpu, Vectors.Debug);
        return true;
    }

    /// <summary>Whether any byte of a page is watched: then it gets no tag.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="page">The page's linear address.</param>
    public static bool IsWatched(Cpu* cpu, ulong page) =>
        cpu->System.Breakpoints.Writes != 0 && Meet(cpu, cpu->System.Breakpoints.Writes, page, Tlb.PageSize) != 0;

    /// <summary>Looks whether an access meets a data breakpoint; the #DB comes behind the instruction. To be called before the access, once it is known not to fault.</summary>
    public static void Watch(Cpu* cpu, ulong linear, uint length, Access access)
    {
        ref readonly BreakpointState state = ref cpu->System.Breakpoints;
        if (state.Writes != 0 && (access & Access.System) == 0)
        {
            cpu->Translator.TrapPending |= Meet(cpu, (access & Access.Write) != 0 ? state.Writes : state.Reads, linear, length);
        }
    }

    /// <summary>The same for a port.</summary>
    public static void WatchPort(Cpu* cpu, ushort port, uint length)
    {
        uint armed = cpu->System.Breakpoints.Ports;
        if (armed != 0)
        {
            cpu->Translator.TrapPending |= Meet(cpu, armed, port, length);
        }
    }

    private static void Arm(Cpu* cpu, ref BreakpointState state, uint bit, BreakpointCondition condition)
    {
        switch (condition)
        {
            case BreakpointCondition.Execution:
                state.Execution |= bit;
                break;

            case BreakpointCondition.Write:
                state.Writes |= bit;
                break;

            // Without CR4.DE this condition is not defined.
            case BreakpointCondition.Port:
                state.Ports |= (cpu->Cr4 & Cr4Bits.DebuggingExtensions) != 0 ? bit : 0;
                break;

            default:
                state.Writes |= bit;
                state.Reads |= bit;
                break;
        }
    }

    // Which breakpoints have a byte in the range.
    private static uint Meet(Cpu* cpu, uint armed, ulong start, uint length)
    {
        uint met = 0;
        for (int i = 0; i < Count; i++)
        {
            if ((armed >> i & 1) == 0)
            {
                continue;
            }

            ulong bytes = (cpu->Debug[7] >> (DebugBits.FirstCondition + 2 + (ConditionBits * i)) & 3) switch { 0 => 1, 1 => 2, 2 => 8, _ => 4 };
            ulong address = cpu->Debug[i] & ~(bytes - 1);

            // One of the two begins within the other; differences, because either may end at the top of the address space.
            met |= start - address < bytes || address - start < length ? 1u << i : 0;
        }

        return met;
    }
}

/// <summary>What DR7 arms: a bit for each of DR0 to DR3.</summary>
internal struct BreakpointState
{
    /// <summary>Stop before the instruction at the address.</summary>
    public uint Execution;

    /// <summary>Stop behind an instruction that has written there.</summary>
    public uint Writes;

    /// <summary>Of <see cref="Writes"/>, those that reads meet too.</summary>
    public uint Reads;

    /// <summary>Stop behind an instruction that has used the port.</summary>
    public uint Ports;
}

/// <summary>R/W fields of DR7.</summary>
internal enum BreakpointCondition : uint
{
    /// <summary>The instruction is executed.</summary>
    Execution,

    /// <summary>Data is written.</summary>
    Write,

    /// <summary>A port is used.</summary>
    Port,

    /// <summary>Data is read or written, and not fetched.</summary>
    Access,
}
