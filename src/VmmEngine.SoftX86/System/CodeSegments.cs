using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>Code segments that far jumps, calls and returns lead to.</summary>
internal static unsafe class CodeSegments
{
    /// <summary>Checks a direct far jump's or call's segment: it may be used at the current level, and it is present.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryCheckDirect(Cpu* cpu, ushort selector, Descriptor code)
    {
        bool allowed = code.IsConforming
            ? code.Privilege <= cpu->Cpl
            : code.Privilege == cpu->Cpl && (selector & 3) <= cpu->Cpl;
        return TryCheck(cpu, selector, code, allowed);
    }

    /// <summary>Checks a return's segment: it is of the selector's level, which is not an inner one.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryCheckReturn(Cpu* cpu, ushort selector, Descriptor code)
    {
        uint level = selector & 3u;
        bool allowed = level >= cpu->Cpl && (code.IsConforming ? code.Privilege <= level : code.Privilege == level);
        return TryCheck(cpu, selector, code, allowed);
    }

    /// <summary>Checks type, rights, presence, and that the code is of one size.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="selector">The selector, for error codes.</param>
    /// <param name="code">Its descriptor.</param>
    /// <param name="allowed">The privilege levels fit, if it is code.</param>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryCheck(Cpu* cpu, ushort selector, Descriptor code, bool allowed)
    {
        const uint Both = AccessBits.Long | AccessBits.Big;
        if (!code.IsCode || !allowed || (Modes.IsLong(cpu) && (code.Access & Both) == Both))
        {
            Faults.Protection(cpu, DescriptorReader.ErrorCode(selector, 0));
            return false;
        }

        if (!code.IsPresent)
        {
            Faults.Raise(cpu, Vectors.SegmentNotPresent, DescriptorReader.ErrorCode(selector, 0));
            return false;
        }

        return true;
    }

    /// <summary>Checks that an offset is inside a code segment, or canonical in a 64-bit one; sets the accessed bit.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryPrepare(Cpu* cpu, ushort selector, ref Descriptor code, ulong offset)
    {
        if (!(IsLong(cpu, code) ? Addresses.IsCanonical(offset) : offset <= code.Limit))
        {
            Faults.Protection(cpu);
            return false;
        }

        return DescriptorReader.TryMarkAccessed(cpu, selector, ref code);
    }

    /// <summary>True if it is 64-bit code.</summary>
    public static bool IsLong(Cpu* cpu, Descriptor code) => Modes.IsLong(cpu) && (code.Access & AccessBits.Long) != 0;

    /// <summary>Goes there. SS is that of the new level already.</summary>
    /// <returns><see cref="Step.EndBlock"/>.</returns>
    public static Step Enter(Cpu* cpu, ushort selector, Descriptor code, ulong offset, uint privilege)
    {
        cpu->Segments[SegmentIndex.Cs] = code.ToRegister((ushort)((selector & ~3u) | privilege));
        cpu->Rip = offset;
        Modes.Update(cpu);
        return Step.EndBlock;
    }

    /// <summary>Goes somewhere in real or virtual-8086 mode.</summary>
    /// <returns><see cref="Step.EndBlock"/>, or <see cref="Step.Fault"/> beyond the limit.</returns>
    public static Step EnterReal(Cpu* cpu, ushort selector, ulong offset)
    {
        if (offset > cpu->Segments[SegmentIndex.Cs].Limit)
        {
            return Faults.Protection(cpu);
        }

        if (Modes.IsVirtual8086(cpu))
        {
            cpu->Segments[SegmentIndex.Cs] = SegmentLoads.Virtual8086(selector);
        }
        else
        {
            // A far transfer of real mode makes the segment 16-bit code, whatever protected mode left.
            SegmentLoads.LoadReal(cpu, SegmentIndex.Cs, selector);
        }

        cpu->Rip = offset;
        Modes.Update(cpu);
        return Step.EndBlock;
    }
}
