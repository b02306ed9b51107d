using System.Diagnostics;

namespace VmmEngine.SoftX86;

/// <summary>The time-stamp counter: 1 GHz, whatever makes the time.</summary>
internal static unsafe class TimeStamp
{
    /// <summary>Counts a second.</summary>
    public const ulong Frequency = 1_000_000_000;

    private static readonly double TicksToNanoseconds = (double)Frequency / Stopwatch.Frequency;

    /// <summary>What RDTSC reads, between blocks.</summary>
    public static ulong Read(Cpu* cpu) => Time(cpu, null) + cpu->Msrs.TscOffset;

    /// <summary>Makes RDTSC go on from a value.</summary>
    public static void Write(Cpu* cpu, ulong value) => cpu->Msrs.TscOffset += value - Read(cpu);

    /// <summary>What the counter counts, without the offset that software has set.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="op">The micro-op that executes; null between blocks.</param>
    public static ulong Time(Cpu* cpu, MicroOp* op)
    {
        ref TranslatorState state = ref cpu->Translator;
        ulong completed = op == null ? 0u : op->Completed;
        return state.CountsTime != 0 ? state.BudgetEnd - (ulong)cpu->Budget + completed + state.ClockOffset : HostTime();
    }

    private static ulong HostTime()
    {
        long ticks = Stopwatch.GetTimestamp();
        return Stopwatch.Frequency == (long)Frequency ? (ulong)ticks : (ulong)(ticks * TicksToNanoseconds);
    }
}
