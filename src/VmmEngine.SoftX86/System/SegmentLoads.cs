using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>Values of ES, SS, DS, FS and GS: the checks, and what the hidden part becomes.</summary>
internal static unsafe class SegmentLoads
{
    /// <summary>Checks a selector and gives the register it makes; in memory, the descriptor's accessed bit is set.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="index">Which register, from <see cref="SegmentIndex"/>; not CS.</param>
    /// <param name="selector">The selector.</param>
    /// <param name="register">What to put into <see cref="Cpu.Segments"/>.</param>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryLoad(Cpu* cpu, int index, ushort selector, out SegmentRegister register)
    {
        if (!Modes.HasDescriptors(cpu))
        {
            register = Modes.IsVirtual8086(cpu) ? Virtual8086(selector) : Real(cpu->Segments[index], selector);
            return true;
        }

        return index == SegmentIndex.Ss ? TryLoadStack(cpu, selector, out register) : TryLoadData(cpu, selector, out register);
    }

    /// <summary>Loads a register as real mode does.</summary>
    public static void LoadReal(Cpu* cpu, int index, ushort selector) => cpu->Segments[index] = Real(cpu->Segments[index], selector);

    /// <summary>A register of virtual-8086 mode.</summary>
    public static SegmentRegister Virtual8086(ushort selector) =>
        new() { Base = (ulong)selector << 4, Limit = 0xFFFF, Access = AccessBits.Virtual8086, Selector = selector };

    /// <summary>SS with a null selector, as 64-bit code has it at levels 0 to 2.</summary>
    public static SegmentRegister NullStack(uint privilege) => new()
    {
        Access = AccessBits.Unusable | (privilege << AccessBits.PrivilegeShift),
        Selector = (ushort)privilege,
    };

    /// <summary>Checks a stack segment for a privilege level, as loads of SS, changes of level and task switches do.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="selector">The selector, not null.</param>
    /// <param name="privilege">The level: RPL and DPL must be equal to it.</param>
    /// <param name="vector">What is raised for a bad segment, #GP or #TS. One that is not present raises #SS.</param>
    /// <param name="external">The EXT bit of error codes.</param>
    /// <param name="register">The register.</param>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryLoadStack(Cpu* cpu, ushort selector, uint privilege, byte vector, uint external, out SegmentRegister register)
    {
        register = default;
        if (!DescriptorReader.TryRead(cpu, selector, vector, external, out Descriptor descriptor))
        {
            return false;
        }

        if ((selector & 3) != privilege || !descriptor.IsWritableData || descriptor.Privilege != privilege)
        {
            Faults.Raise(cpu, vector, DescriptorReader.ErrorCode(selector, external));
            return false;
        }

        if (!descriptor.IsPresent)
        {
            Faults.Raise(cpu, Vectors.StackFault, DescriptorReader.ErrorCode(selector, external));
            return false;
        }

        if (!DescriptorReader.TryMarkAccessed(cpu, selector, ref descriptor))
        {
            return false;
        }

        register = descriptor.ToRegister(selector);
        return true;
    }

    /// <summary>Checks a data segment for the current level.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="selector">The selector, not null.</param>
    /// <param name="vector">What is raised for a bad segment, #GP or #TS. One that is not present raises #NP.</param>
    /// <param name="external">The EXT bit of error codes.</param>
    /// <param name="register">The register.</param>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryLoadData(Cpu* cpu, ushort selector, byte vector, uint external, out SegmentRegister register)
    {
        register = default;
        if (!DescriptorReader.TryRead(cpu, selector, vector, external, out Descriptor descriptor))
        {
            return false;
        }

        uint wanted = Math.Max(cpu->Cpl, selector & 3u);
        if (!descriptor.IsReadable || (!descriptor.IsConforming && descriptor.Privilege < wanted))
        {
            Faults.Raise(cpu, vector, DescriptorReader.ErrorCode(selector, external));
            return false;
        }

        if (!descriptor.IsPresent)
        {
            Faults.Raise(cpu, Vectors.SegmentNotPresent, DescriptorReader.ErrorCode(selector, external));
            return false;
        }

        if (!DescriptorReader.TryMarkAccessed(cpu, selector, ref descriptor))
        {
            return false;
        }

        register = descriptor.ToRegister(selector);
        return true;
    }

    /// <summary>After a return to an outer level: data segments that this level may not have become null.</summary>
    public static void DropPrivileged(Cpu* cpu)
    {
        Drop(cpu, SegmentIndex.Es);
        Drop(cpu, SegmentIndex.Ds);
        Drop(cpu, SegmentIndex.Fs);
        Drop(cpu, SegmentIndex.Gs);
    }

    private static void Drop(Cpu* cpu, int index)
    {
        uint access = cpu->Segments[index].Access;
        bool conforming = (access & (AccessBits.Code | AccessBits.Conforming)) == (AccessBits.Code | AccessBits.Conforming);
        if ((access & AccessBits.Unusable) == 0 && !conforming && (access >> AccessBits.PrivilegeShift & 3) < cpu->Cpl)
        {
            cpu->Segments[index] = new SegmentRegister { Access = AccessBits.Unusable };
        }
    }

    private static bool TryLoadStack(Cpu* cpu, ushort selector, out SegmentRegister register)
    {
        if (!DescriptorReader.IsNull(selector))
        {
            return TryLoadStack(cpu, selector, cpu->Cpl, Vectors.GeneralProtection, 0, out register);
        }

        register = NullStack(cpu->Cpl);
        if (Modes.Is64Bit(cpu) && cpu->Cpl < 3 && (selector & 3) == cpu->Cpl)
        {
            return true;
        }

        Faults.Protection(cpu);
        return false;
    }

    private static bool TryLoadData(Cpu* cpu, ushort selector, out SegmentRegister register)
    {
        if (!DescriptorReader.IsNull(selector))
        {
            return TryLoadData(cpu, selector, Vectors.GeneralProtection, 0, out register);
        }

        register = new SegmentRegister { Access = AccessBits.Unusable, Selector = selector };
        return true;
    }

    /// <summary>Limit, size and granularity stay as protected mode left them: the big segments of flat real mode.</summary>
    private static SegmentRegister Real(SegmentRegister old, ushort selector) => new()
    {
        Base = (ulong)selector << 4,
        Limit = (old.Access & AccessBits.Unusable) != 0 ? 0xFFFF : old.Limit,
        Access = (old.Access & (AccessBits.Big | AccessBits.Granular | AccessBits.Available)) | AccessBits.RealMode,
        Selector = selector,
    };
}
