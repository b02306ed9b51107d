namespace VmmEngine.SoftX86;

/// <summary>RDTSC, RDTSCP and RDPMC.</summary>
internal static unsafe class TimestampReads
{
    /// <summary>The time-stamp counter as software sees it.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="op">The instruction that asks; null between blocks.</param>
    public static ulong Now(Cpu* cpu, MicroOp* op) => TimeStamp.Time(cpu, op) + cpu->Msrs.TscOffset;

    /// <summary>RDTSC. CR4.TSD keeps it for CPL 0.</summary>
    public static Step Rdtsc(Cpu* cpu, MicroOp* op)
    {
        if (!IsAllowed(cpu))
        {
            return Faults.Protection(cpu);
        }

        MsrAccess.SetPair(cpu, Now(cpu, op));
        return Step.Next;
    }

    /// <summary>RDTSCP: IA32_TSC_AUX too.</summary>
    public static Step Rdtscp(Cpu* cpu, MicroOp* op)
    {
        if (!IsAllowed(cpu))
        {
            return Faults.Protection(cpu);
        }

        MsrAccess.SetPair(cpu, Now(cpu, op));
        cpu->General[RegisterIndex.Rcx] = (uint)cpu->Msrs.TscAux;
        return Step.Next;
    }

    /// <summary>RDPMC: there are no counters.</summary>
    public static Step Rdpmc(Cpu* cpu, MicroOp* op) => Faults.Protection(cpu);

    private static bool IsAllowed(Cpu* cpu) =>
        (cpu->Cr4 & Cr4Bits.TimestampDisable) == 0 || cpu->Cpl == 0 || (cpu->Cr0 & Cr0Bits.ProtectionEnable) == 0;
}
