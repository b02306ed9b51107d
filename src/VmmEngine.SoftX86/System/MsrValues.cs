namespace VmmEngine.SoftX86;

/// <summary>What model-specific registers read as.</summary>
internal static unsafe class MsrValues
{
    /// <summary>Memory type ranges: a count, the fixed ones, write combining.</summary>
    private const ulong MtrrCapabilities = ModelSpecific.MtrrPairs | (1 << 8) | (1 << 10);

    /// <summary>
    /// No speculation, so none of the known leaks through it: rogue data cache load, L1 terminal fault, store bypass, data sampling, page size
    /// change, TSX abort, stale data of device memory, branch history.
    /// </summary>
    private const ulong NoSideChannels = (1 << 0) | (1 << 3) | (1 << 4) | (1 << 5) | (1 << 6) | (1 << 8)
        | (1 << 13) | (1 << 14) | (1 << 15) | (1 << 20) | (1 << 24) | (1 << 26);

    /// <summary>The revision that operating systems see, in the upper half.</summary>
    private const ulong Microcode = 1UL << 32;

    /// <summary>Reads a register.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="op">The instruction that asks, for the exact time; null between blocks.</param>
    /// <param name="number">The register.</param>
    /// <param name="value">Its value.</param>
    /// <returns>False if there is no such register.</returns>
    public static bool TryRead(Cpu* cpu, MicroOp* op, uint number, out ulong value)
    {
        ulong? found = number switch
        {
            ModelSpecific.TimeStampCounter => TimestampReads.Now(cpu, op),
            ModelSpecific.ApicBase => cpu->System.Apic->Base,
            ModelSpecific.FeatureControl => 1,
            ModelSpecific.MicrocodeRevision => Microcode,
            ModelSpecific.MtrrCapabilities => MtrrCapabilities,
            ModelSpecific.ArchitecturalCapabilities => NoSideChannels,
            ModelSpecific.SysenterCs => cpu->Msrs.SysenterCs,
            ModelSpecific.SysenterEsp => cpu->Msrs.SysenterEsp,
            ModelSpecific.SysenterEip => cpu->Msrs.SysenterEip,
            ModelSpecific.PlatformId or ModelSpecific.MachineCheckCapabilities or ModelSpecific.MachineCheckStatus => 0,
            ModelSpecific.MiscEnable => cpu->Msrs.MiscEnable,
            >= ModelSpecific.MtrrFirst and <= ModelSpecific.MtrrLast => cpu->Mtrrs.Variable[number - ModelSpecific.MtrrFirst],
            ModelSpecific.PageAttributes => cpu->Msrs.Pat,
            ModelSpecific.MtrrDefault => cpu->Msrs.MtrrDefault,
            ModelSpecific.Efer => cpu->Efer,
            ModelSpecific.Star => cpu->Msrs.Star,
            ModelSpecific.Lstar => cpu->Msrs.Lstar,
            ModelSpecific.Cstar => cpu->Msrs.Cstar,
            ModelSpecific.Sfmask => cpu->Msrs.Sfmask,
            ModelSpecific.FsBase => cpu->Segments[SegmentIndex.Fs].Base,
            ModelSpecific.GsBase => cpu->Segments[SegmentIndex.Gs].Base,
            ModelSpecific.KernelGsBase => cpu->Msrs.KernelGsBase,
            ModelSpecific.TscAux => cpu->Msrs.TscAux,
            _ => FixedRange(number) is >= 0 and int index ? cpu->Mtrrs.Fixed[index] : null,
        };
        value = found.GetValueOrDefault();
        return found.HasValue;
    }

    /// <summary>The index of a fixed memory type range register; -1 if it is none.</summary>
    public static int FixedRange(uint number) => number switch
    {
        ModelSpecific.MtrrFixed64 => 0,
        >= ModelSpecific.MtrrFixed16 and < ModelSpecific.MtrrFixed16 + 2 => (int)(number - ModelSpecific.MtrrFixed16) + 1,
        >= ModelSpecific.MtrrFixed4 and < ModelSpecific.MtrrFixed4 + 8 => (int)(number - ModelSpecific.MtrrFixed4) + 3,
        _ => -1,
    };
}
