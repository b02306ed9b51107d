using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>Exceptions and interrupts on their way through the interrupt table.</summary>
internal static unsafe class Exceptions
{
    /// <summary>
    /// Faults of faults soon are #DF, and then the end; only debug traps of task switches may come on top. Whoever nests more has built a table
    /// on which a real processor does not stop.
    /// </summary>
    private const int MostAttempts = 8;

    /// <summary>
    /// Delivers <see cref="Cpu.Exception"/>. If that raises another exception, delivers that one, or the double fault that both together are.
    /// </summary>
    /// <returns><see cref="Step.EndBlock"/> with RIP at the handler, or <see cref="Step.Exit"/>: a triple fault, or tables that are no memory.</returns>
    public static Step Deliver(Cpu* cpu)
    {
        PendingException pending = cpu->Exception;
        for (int attempts = 0; attempts < MostAttempts; attempts++)
        {
            if (pending.Vector == Vectors.PageFault && pending.Kind == ExceptionKind.Fault)
            {
                cpu->Cr2 = pending.Address;
            }

            if (pending.Vector == Vectors.Debug)
            {
                cpu->Debug[7] &= ~DebugBits.GeneralDetect; // its handler may look at the debug registers
            }

            uint? error = pending.HasErrorCode != 0 ? pending.ErrorCode : null;
            Step step = Enter(cpu, new InterruptEvent(pending.Vector, pending.Kind, cpu->Rip, error));
            if (step != Step.Fault || Mmu.TakeRefusal(cpu) == Step.Exit)
            {
                return step == Step.Fault ? Step.Exit : step;
            }

            PendingException nested = cpu->Exception;
            if (IsDoubleFault(pending))
            {
                return Shutdown(cpu);
            }

            if (Collide(pending, nested))
            {
                if (nested.Vector == Vectors.PageFault)
                {
                    cpu->Cr2 = nested.Address;
                }

                nested = new PendingException { Vector = Vectors.DoubleFault, Kind = ExceptionKind.Fault, HasErrorCode = 1 };
            }

            pending = nested;
        }

        return Shutdown(cpu);
    }

    /// <summary>Delivers an event of the program itself: INT n and its kind. A fault on the way is recorded, and nothing has happened.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="kind"><see cref="ExceptionKind.Software"/>, or <see cref="ExceptionKind.Trap"/> for INT1, whose gate may be of any DPL.</param>
    /// <param name="next">RIP behind the instruction.</param>
    /// <returns><see cref="Step.EndBlock"/> or <see cref="Step.Fault"/>.</returns>
    public static Step Call(Cpu* cpu, byte vector, ExceptionKind kind, ulong next) => Enter(cpu, new InterruptEvent(vector, kind, next, null));

    /// <summary>RFLAGS as an event's frame shows it.</summary>
    public static ulong FlagsImage(Cpu* cpu, in InterruptEvent what)
    {
        // Between two elements of a repeated instruction RF is set, if somebody looks: the instruction's breakpoint has been met.
        ulong flags = Flags.Get(cpu);
        flags = Breakpoints.KeepResume(cpu) ? flags : flags & ~FlagBits.Resume;
        return what.Kind == ExceptionKind.Fault ? flags | FlagBits.Resume : flags;
    }

    private static Step Enter(Cpu* cpu, in InterruptEvent what)
    {
        Step step = (cpu->Cr0 & Cr0Bits.ProtectionEnable) == 0 ? RealModeDelivery.Enter(cpu, what)
            : Modes.IsLong(cpu) ? LongModeDelivery.Enter(cpu, what)
            : ProtectedModeDelivery.Enter(cpu, what);
        if (step == Step.EndBlock)
        {
            cpu->InterruptShadow = Shadow.None;
        }

        return step;
    }

    private static Step Shutdown(Cpu* cpu)
    {
        *cpu->Exit = new VcpuExit { Reason = ExitReason.Shutdown, Rip = cpu->Rip };
        return Step.Exit;
    }

    private static bool IsDoubleFault(in PendingException exception) =>
        exception.Vector == Vectors.DoubleFault && exception.Kind == ExceptionKind.Fault;

    /// <summary>True if two exceptions make a double fault.</summary>
    private static bool Collide(in PendingException first, in PendingException second)
    {
        if (first.Kind != ExceptionKind.Fault)
        {
            return false;
        }

        return IsContributory(first.Vector)
            ? IsContributory(second.Vector)
            : first.Vector == Vectors.PageFault && (IsContributory(second.Vector) || second.Vector == Vectors.PageFault);
    }

    private static bool IsContributory(byte vector) => vector is Vectors.DivideError
        or Vectors.InvalidTss or Vectors.SegmentNotPresent or Vectors.StackFault or Vectors.GeneralProtection;
}
