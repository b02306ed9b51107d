namespace VmmEngine.SoftX86;

/// <summary>How a WRMSR ended.</summary>
internal enum MsrOutcome
{
    /// <summary>The register has the value.</summary>
    Done,

    /// <summary>The register does not take the value: #GP.</summary>
    Refused,

    /// <summary>There is no such register.</summary>
    Unknown,
}

/// <summary>Writes of model-specific registers.</summary>
internal static unsafe class MsrWrites
{
    private const ulong MtrrMaskValid = 1 << 11;
    private const ulong MtrrDefaultWritable = 0xCFF;
    private const ulong PhysicalPages = ((1UL << Cpuid.PhysicalAddressBits) - 1) & ~0xFFFUL;

    /// <summary>Writes a register.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="op">The instruction that asks, for the exact time.</param>
    /// <param name="number">The register.</param>
    /// <param name="value">The value.</param>
    public static MsrOutcome Write(Cpu* cpu, MicroOp* op, uint number, ulong value)
    {
        switch (number)
        {
            case ModelSpecific.TimeStampCounter:
                cpu->Msrs.TscOffset += value - TimestampReads.Now(cpu, op);
                return MsrOutcome.Done;

            case ModelSpecific.MicrocodeRevision or ModelSpecific.MachineCheckStatus:
                return value == 0 ? MsrOutcome.Done : MsrOutcome.Refused;

            case ModelSpecific.SysenterCs:
                return Store(ref cpu->Msrs.SysenterCs, (uint)value, true);

            case ModelSpecific.SysenterEsp:
                return Store(ref cpu->Msrs.SysenterEsp, value, Addresses.IsCanonical(value));

            case ModelSpecific.SysenterEip:
                return Store(ref cpu->Msrs.SysenterEip, value, Addresses.IsCanonical(value));

            case ModelSpecific.MiscEnable:
                return Store(ref cpu->Msrs.MiscEnable, value, true);

            case >= ModelSpecific.MtrrFirst and <= ModelSpecific.MtrrLast:
                return Store(ref cpu->Mtrrs.Variable[number - ModelSpecific.MtrrFirst], value, IsRange(number, value));

            case ModelSpecific.PageAttributes:
                return Store(ref cpu->Msrs.Pat, value, AreTypes(value, allowUncachedMinus: true));

            case ModelSpecific.MtrrDefault:
                return Store(ref cpu->Msrs.MtrrDefault, value, (value & ~MtrrDefaultWritable) == 0 && IsType((byte)value, false));

            case ModelSpecific.Efer:
                return ControlWrites.Efer(cpu, value) == Step.Fault ? MsrOutcome.Refused : MsrOutcome.Done;

            case ModelSpecific.Star:
                return Store(ref cpu->Msrs.Star, value, true);

            case ModelSpecific.Lstar:
                return Store(ref cpu->Msrs.Lstar, value, Addresses.IsCanonical(value));

            case ModelSpecific.Cstar:
                return Store(ref cpu->Msrs.Cstar, value, Addresses.IsCanonical(value));

            case ModelSpecific.Sfmask:
                return Store(ref cpu->Msrs.Sfmask, value, value >> 32 == 0);

            case ModelSpecific.FsBase:
                return Store(ref cpu->Segments[SegmentIndex.Fs].Base, value, Addresses.IsCanonical(value));

            case ModelSpecific.GsBase:
                return Store(ref cpu->Segments[SegmentIndex.Gs].Base, value, Addresses.IsCanonical(value));

            case ModelSpecific.KernelGsBase:
                return Store(ref cpu->Msrs.KernelGsBase, value, Addresses.IsCanonical(value));

            case ModelSpecific.TscAux:
                return Store(ref cpu->Msrs.TscAux, value, value >> 32 == 0);

            default:
                return WriteOther(cpu, number, value);
        }
    }

    private static MsrOutcome WriteOther(Cpu* cpu, uint number, ulong value)
    {
        int index = MsrValues.FixedRange(number);
        if (index >= 0)
        {
            return Store(ref cpu->Mtrrs.Fixed[index], value, AreTypes(value, allowUncachedMinus: false));
        }

        // What can be read and not written is refused here; the APIC's registers it judges itself.
        return !ApicAccess.IsMsr(number) && MsrValues.TryRead(cpu, null, number, out _) ? MsrOutcome.Refused : MsrOutcome.Unknown;
    }

    private static MsrOutcome Store(ref ulong place, ulong value, bool valid)
    {
        if (!valid)
        {
            return MsrOutcome.Refused;
        }

        place = value;
        return MsrOutcome.Done;
    }

    /// <summary>Bases come with a memory type, masks with a valid bit.</summary>
    private static bool IsRange(uint number, ulong value) => (number & 1) == 0
        ? (value & ~(PhysicalPages | 0xFF)) == 0 && IsType((byte)value, false)
        : (value & ~(PhysicalPages | MtrrMaskValid)) == 0;

    private static bool AreTypes(ulong value, bool allowUncachedMinus)
    {
        for (int i = 0; i < 64; i += 8)
        {
            if (!IsType((byte)(value >> i), allowUncachedMinus))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>UC, WC, WT, WP, WB, and in the page attribute table UC-.</summary>
    private static bool IsType(byte type, bool allowUncachedMinus) => type is 0 or 1 or 4 or 5 or 6 || (allowUncachedMinus && type == 7);
}
