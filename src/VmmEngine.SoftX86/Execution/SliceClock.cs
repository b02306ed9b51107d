using VmmEngine.Platform;

namespace VmmEngine.SoftX86;

/// <summary>
/// Cuts a vCPU's instructions into slices: up to the next timer of a clock that counts instructions, and up to the end of the run's budget.
/// </summary>
internal sealed unsafe class SliceClock(SoftOptions options)
{
    private readonly InstructionClock? _clock = options.Clock as InstructionClock;
    private readonly ulong _length = Math.Max(options.SliceLength, 1);
    private ulong _reported;

    /// <summary>A run begins.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="budget">Instructions that it may execute; 0: as many as it likes.</param>
    public void BeginRun(Cpu* cpu, ulong budget)
    {
        ulong now = Count(cpu);
        cpu->Translator.RunEnd = budget == 0 ? ulong.MaxValue : now + Math.Min(budget, ulong.MaxValue - now);
        Begin(cpu, now);
    }

    /// <summary>Instructions that the vCPU has executed and the clock does not know yet: one that was finished after its exit.</summary>
    public ulong Unreported(Cpu* cpu) => Count(cpu) - _reported;

    /// <summary>The vCPU has another count now, of which the clock does not know some.</summary>
    public void Restored(Cpu* cpu, ulong unreported) => _reported = Count(cpu) - unreported;

    /// <summary>Guest code is about to be entered: a device may have armed a timer since.</summary>
    public void Entering(Cpu* cpu)
    {
        if (_clock is not null)
        {
            Begin(cpu, Count(cpu));
        }
    }

    /// <summary>There is an exit: whoever handles it shall see the right time.</summary>
    public void Exited(Cpu* cpu)
    {
        if (_clock is not null)
        {
            Report(Count(cpu));
        }
    }

    /// <summary>A slice is over; begins another one.</summary>
    /// <returns>False if the run's budget is used up.</returns>
    public bool Renew(Cpu* cpu)
    {
        Safepoint.Pass();
        ulong now = Count(cpu);
        Report(now);
        Begin(cpu, now);
        return now < cpu->Translator.RunEnd;
    }

    private static ulong Count(Cpu* cpu) => cpu->Translator.BudgetEnd - (ulong)cpu->Budget;

    private void Report(ulong now)
    {
        _clock?.Advance(now - _reported);
        _reported = now;
    }

    private void Begin(Cpu* cpu, ulong now)
    {
        ref TranslatorState state = ref cpu->Translator;
        ulong length = Math.Min(_length, state.RunEnd - Math.Min(now, state.RunEnd));
        if (_clock is not null)
        {
            ulong time = _clock.Now;
            state.ClockOffset = time - now;
            length = Math.Min(length, Math.Max(_clock.NextDeadline, time) - time);
        }

        // A slice has at least one instruction, so that a deadline which is due already does not stop the vCPU for good.
        length = Math.Max(length, 1);
        cpu->Budget = (long)length;
        state.BudgetEnd = now + length;
    }
}
