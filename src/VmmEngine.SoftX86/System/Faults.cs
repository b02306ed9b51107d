namespace VmmEngine.SoftX86;

/// <summary>Records exceptions in <see cref="Cpu.Exception"/>. Nothing else changes: the loop delivers it.</summary>
internal static unsafe class Faults
{
    /// <summary>Records a fault that has no error code.</summary>
    /// <returns><see cref="Step.Fault"/>.</returns>
    public static Step Raise(Cpu* cpu, byte vector) => Record(cpu, new PendingException { Vector = vector, Kind = ExceptionKind.Fault });

    /// <summary>Records a fault with an error code.</summary>
    /// <returns><see cref="Step.Fault"/>.</returns>
    public static Step Raise(Cpu* cpu, byte vector, uint error) =>
        Record(cpu, new PendingException { Vector = vector, Kind = ExceptionKind.Fault, HasErrorCode = 1, ErrorCode = error });

    /// <summary>Records #PF.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="linear">The address that goes into CR2 on delivery.</param>
    /// <param name="error">P, W/R, U/S, RSVD and I/D.</param>
    /// <returns><see cref="Step.Fault"/>.</returns>
    public static Step PageFault(Cpu* cpu, ulong linear, uint error) => Record(cpu, new PendingException
    {
        Vector = Vectors.PageFault,
        Kind = ExceptionKind.Fault,
        HasErrorCode = 1,
        ErrorCode = error,
        Address = linear,
    });

    /// <summary>Records #GP(0).</summary>
    /// <returns><see cref="Step.Fault"/>.</returns>
    public static Step Protection(Cpu* cpu) => Raise(cpu, Vectors.GeneralProtection, 0);

    /// <summary>Records #GP with an error code.</summary>
    /// <returns><see cref="Step.Fault"/>.</returns>
    public static Step Protection(Cpu* cpu, uint error) => Raise(cpu, Vectors.GeneralProtection, error);

    /// <summary>Records #UD.</summary>
    /// <returns><see cref="Step.Fault"/>.</returns>
    public static Step Undefined(Cpu* cpu) => Raise(cpu, Vectors.InvalidOpcode);

    /// <summary>Records the #DB behind an instruction: RIP is the next one's already.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="status">Bits that DR6 gets.</param>
    /// <returns><see cref="Step.Fault"/>.</returns>
    public static Step DebugTrap(Cpu* cpu, ulong status)
    {
        cpu->Debug[6] = (cpu->Debug[6] & ~DebugBits.Met) | status;
        return Record(cpu, new PendingException { Vector = Vectors.Debug, Kind = ExceptionKind.Trap });
    }

    private static Step Record(Cpu* cpu, in PendingException exception)
    {
        cpu->Exception = exception;
        return Step.Fault;
    }
}
