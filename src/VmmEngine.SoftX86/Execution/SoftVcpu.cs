using System.Runtime.CompilerServices;
using VmmEngine.Backends;
using VmmEngine.Platform;

namespace VmmEngine.SoftX86;

/// <summary>A software vCPU as the run loop sees it.</summary>
internal readonly unsafe struct SoftVcpu(Cpu* cpu, Translator translator, SliceClock slices, PcIrqchip interrupts, LocalApic apic) : IVcpuBackend
{
    /// <inheritdoc/>
    public VcpuExit* Exit
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => cpu->Exit;
    }

    /// <inheritdoc/>
    public bool CanResumeFromHalt
    {
        get
        {
            var events = (PendingEvents)Volatile.Read(ref cpu->Events);
            return (events & PendingEvents.Injected) != 0
                || (events & (PendingEvents.Nmi | PendingEvents.NmiBlocked)) == PendingEvents.Nmi
                || (Interrupts.IsExternalDue(cpu, events) && interrupts.HasInterrupt(apic.Id));
        }
    }

    /// <inheritdoc/>
    public void Arm() => Volatile.Write(ref cpu->Attention, 0);

    /// <inheritdoc/>
    public void Enter()
    {
        if (cpu->Translator.Halted != 0 && !TryWake())
        {
            return;
        }

        do
        {
            slices.Entering(cpu);
            Execute();
            slices.Exited(cpu);
        }
        while (cpu->System.HasApic != 0 && ApicAccess.TryAnswer(cpu->Exit, apic));
    }

    /// <inheritdoc/>
    public void TakeEvents()
    {
        apic.TakeInitialize();
        if (interrupts.HasInterrupt(apic.Id))
        {
            Interlocked.Or(ref cpu->Events, (uint)PendingEvents.External);
        }
        else
        {
            Interlocked.And(ref cpu->Events, ~(uint)PendingEvents.External);
        }
    }

    private void Execute()
    {
        if (cpu->Completion != null && !Outcomes.Complete(cpu))
        {
            return;
        }

        if (apic.TryTakeStartup(out StartupRequest request))
        {
            ApicAccess.Report(cpu, in request);
            cpu->Translator.ExitProgress = ExitProgress.None;
            cpu->Instructions = cpu->Translator.BudgetEnd - (ulong)cpu->Budget;
            return;
        }

        BlockLoop.Run(cpu, translator, slices);
    }

    // HLT is over when there is something to deliver; until then the vCPU exits again.
    private bool TryWake()
    {
        if (CanResumeFromHalt)
        {
            cpu->Translator.Halted = 0;
            return true;
        }

        *cpu->Exit = new VcpuExit
        {
            Reason = ExitReason.Halt,
            Rip = cpu->Rip,
            Flags = (cpu->Rflags & FlagBits.Interrupt) == 0 ? ExitFlags.InterruptsDisabled : ExitFlags.None,
        };
        return false;
    }
}
