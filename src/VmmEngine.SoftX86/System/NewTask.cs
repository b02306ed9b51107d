using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>The second half of a task switch: from here on, every fault is the new task's.</summary>
internal static unsafe class NewTask
{
    /// <summary>Loads the processor from a task's image.</summary>
    /// <param name="cpu">The vCPU; TR is the new task's already.</param>
    /// <param name="image">What its TSS holds.</param>
    /// <param name="wide">It is a 32-bit TSS.</param>
    /// <param name="nested">RFLAGS.NT gets set.</param>
    /// <param name="external">The EXT bit of error codes.</param>
    /// <param name="error">What is pushed on its stack.</param>
    /// <returns><see cref="Step.EndBlock"/> or <see cref="Step.Fault"/>.</returns>
    public static Step Enter(Cpu* cpu, in TaskImage image, bool wide, bool nested, uint external, uint? error)
    {
        ulong flags = wide ? image.Eflags : (cpu->Rflags & ~0xFFFFUL & ~FlagBits.Virtual8086) | (ushort)image.Eflags;
        Flags.Set(cpu, nested ? flags | FlagBits.NestedTask : flags);
        cpu->Rip = image.Eip;
        LoadGeneral(cpu, image, wide);
        LoadSelectors(cpu, image, wide);
        if (wide && (cpu->Cr0 & Cr0Bits.Paging) != 0 && Mmu.LoadCr3(cpu, image.Cr3) == Step.Fault)
        {
            return Step.Fault;
        }

        if (!TryLoadLocalTable(cpu, image.Ldtr, external) || !TryLoadSegments(cpu, wide, external))
        {
            return Step.Fault;
        }

        if (error is { } code)
        {
            StackWindow stack = new(cpu, external);
            if (!stack.TryPush(cpu, code, wide ? 4 : 2))
            {
                return Step.Fault;
            }

            cpu->General[RegisterIndex.Rsp] = stack.Merge(cpu->General[RegisterIndex.Rsp]);
        }

        if (cpu->Rip > cpu->Segments[SegmentIndex.Cs].Limit)
        {
            return Faults.Protection(cpu, external);
        }

        if (!image.Trap)
        {
            return Step.EndBlock;
        }

        cpu->Debug[6] |= DebugBits.TaskSwitch;
        cpu->Exception = new PendingException { Vector = Vectors.Debug, Kind = ExceptionKind.Trap };
        return Step.Fault;
    }

    private static void LoadGeneral(Cpu* cpu, in TaskImage image, bool wide)
    {
        for (int i = 0; i < 8; i++)
        {
            Operands.WriteRegister(cpu, i * 8, image.General[i], wide ? 4 : 2);
        }
    }

    /// <summary>The selectors are loaded all at once; until their descriptors are too, the segments cannot be used.</summary>
    private static void LoadSelectors(Cpu* cpu, in TaskImage image, bool wide)
    {
        uint privilege = (cpu->Rflags & FlagBits.Virtual8086) != 0 ? 3 : image.Segments[SegmentIndex.Cs] & 3u;
        for (int i = 0; i < 6; i++)
        {
            ushort selector = i < 4 || wide ? image.Segments[i] : (ushort)0;
            uint access = AccessBits.Unusable | (privilege << AccessBits.PrivilegeShift);
            cpu->Segments[i] = new SegmentRegister { Access = access, Selector = selector };
        }

        cpu->Segments[SegmentIndex.Ldtr] = new SegmentRegister { Access = AccessBits.Unusable, Selector = image.Ldtr };
        Modes.Update(cpu);
    }

    private static bool TryLoadLocalTable(Cpu* cpu, ushort selector, uint external)
    {
        if (DescriptorReader.IsNull(selector))
        {
            return true;
        }

        uint error = DescriptorReader.ErrorCode(selector, external);
        if ((selector & 4) != 0)
        {
            Faults.Raise(cpu, Vectors.InvalidTss, error);
            return false;
        }

        if (!DescriptorReader.TryRead(cpu, selector, Vectors.InvalidTss, external, out Descriptor descriptor))
        {
            return false;
        }

        if (descriptor.Type != SystemTypes.Ldt || !descriptor.IsPresent)
        {
            Faults.Raise(cpu, Vectors.InvalidTss, error);
            return false;
        }

        cpu->Segments[SegmentIndex.Ldtr] = descriptor.ToRegister(selector);
        return true;
    }

    private static bool TryLoadSegments(Cpu* cpu, bool wide, uint external)
    {
        if (Modes.IsVirtual8086(cpu))
        {
            for (int i = 0; i < 6; i++)
            {
                cpu->Segments[i] = SegmentLoads.Virtual8086(cpu->Segments[i].Selector);
            }

            return true;
        }

        if (!TryLoadCode(cpu, external) || !TryLoadStack(cpu, external))
        {
            return false;
        }

        return TryLoadData(cpu, SegmentIndex.Ds, external) && TryLoadData(cpu, SegmentIndex.Es, external)
            && (!wide || (TryLoadData(cpu, SegmentIndex.Fs, external) && TryLoadData(cpu, SegmentIndex.Gs, external)));
    }

    private static bool TryLoadCode(Cpu* cpu, uint external)
    {
        ushort selector = cpu->Segments[SegmentIndex.Cs].Selector;
        uint error = DescriptorReader.ErrorCode(selector, external);
        if (DescriptorReader.IsNull(selector))
        {
            Faults.Raise(cpu, Vectors.InvalidTss, error);
            return false;
        }

        if (!DescriptorReader.TryRead(cpu, selector, Vectors.InvalidTss, external, out Descriptor descriptor))
        {
            return false;
        }

        uint level = selector & 3u;
        bool allowed = descriptor.IsConforming ? descriptor.Privilege <= level : descriptor.Privilege == level;
        if (!descriptor.IsCode || !allowed || !descriptor.IsPresent)
        {
            bool absent = descriptor.IsCode && allowed;
            Faults.Raise(cpu, absent ? Vectors.SegmentNotPresent : Vectors.InvalidTss, error);
            return false;
        }

        if (!DescriptorReader.TryMarkAccessed(cpu, selector, ref descriptor))
        {
            return false;
        }

        cpu->Segments[SegmentIndex.Cs] = descriptor.ToRegister(selector);
        return true;
    }

    private static bool TryLoadStack(Cpu* cpu, uint external)
    {
        ushort selector = cpu->Segments[SegmentIndex.Ss].Selector;
        if (DescriptorReader.IsNull(selector))
        {
            Faults.Raise(cpu, Vectors.InvalidTss, external);
            return false;
        }

        if (!SegmentLoads.TryLoadStack(cpu, selector, cpu->Cpl, Vectors.InvalidTss, external, out SegmentRegister stack))
        {
            return false;
        }

        cpu->Segments[SegmentIndex.Ss] = stack;
        Modes.Update(cpu);
        return true;
    }

    private static bool TryLoadData(Cpu* cpu, int index, uint external)
    {
        ushort selector = cpu->Segments[index].Selector;
        if (DescriptorReader.IsNull(selector))
        {
            return true;
        }

        bool ok = SegmentLoads.TryLoadData(cpu, selector, Vectors.InvalidTss, external, out SegmentRegister register);
        if (ok)
        {
            cpu->Segments[index] = register;
        }

        return ok;
    }
}
