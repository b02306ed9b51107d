using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>IRET, IRETD and IRETQ.</summary>
internal static unsafe class InterruptReturns
{
    /// <summary>Returns in whatever mode the processor is in.</summary>
    public static Step Return(Cpu* cpu, MicroOp* op)
    {
        Interrupts.UnblockNmi(cpu);
        ulong flags = Flags.Get(cpu);
        if (!Modes.HasDescriptors(cpu))
        {
            return Modes.IsVirtual8086(cpu) && !Flags.AdmitsIo(cpu) ? Faults.Protection(cpu) : ReturnReal(cpu, op->Size);
        }

        if ((flags & FlagBits.NestedTask) != 0)
        {
            return Modes.IsLong(cpu) ? Faults.Protection(cpu) : TaskGates.Return(cpu, Addresses.Next(cpu, op));
        }

        return ReturnProtected(cpu, op->Size);
    }

    private static Step ReturnReal(Cpu* cpu, int size)
    {
        StackWindow stack = new(cpu);
        if (!TryPopFrame(cpu, ref stack, size, out FarPointer target, out ulong image))
        {
            return Step.Fault;
        }

        bool virtual8086 = Modes.IsVirtual8086(cpu);
        Step step = CodeSegments.EnterReal(cpu, target.Selector, target.Offset);
        if (step == Step.EndBlock)
        {
            cpu->General[RegisterIndex.Rsp] = stack.Merge(cpu->General[RegisterIndex.Rsp]);
            ulong changed = FlagBits.Writable & ~(virtual8086 ? FlagBits.IoPrivilege : 0);
            SetFlags(cpu, image, changed, size);
        }

        return step;
    }

    private static Step ReturnProtected(Cpu* cpu, int size)
    {
        StackWindow stack = new(cpu);
        if (!TryPopFrame(cpu, ref stack, size, out FarPointer target, out ulong image))
        {
            return Step.Fault;
        }

        if (size == 4 && (image & FlagBits.Virtual8086) != 0 && cpu->Cpl == 0 && !Modes.IsLong(cpu))
        {
            return ReturnToVirtual8086(cpu, ref stack, target, image);
        }

        ulong changed = FlagBits.Writable & ~(FlagBits.Interrupt | FlagBits.IoPrivilege);
        changed |= Flags.AdmitsIo(cpu) ? FlagBits.Interrupt : 0;
        changed |= cpu->Cpl == 0 ? FlagBits.IoPrivilege | FlagBits.VirtualInterrupt | FlagBits.VirtualInterruptPending : 0;
        Step step = FarReturns.ToSegment(cpu, ref stack, target, size, 0, forceStack: Modes.Is64Bit(cpu));
        if (step == Step.EndBlock)
        {
            SetFlags(cpu, image, changed, size);
        }

        return step;
    }

    private static bool TryPopFrame(Cpu* cpu, ref StackWindow stack, int size, out FarPointer target, out ulong flags)
    {
        flags = 0;
        ulong selector = 0;
        bool ok = stack.TryPop(cpu, size, out ulong offset) && stack.TryPop(cpu, size, out selector) && stack.TryPop(cpu, size, out flags);
        target = new FarPointer((ushort)selector, offset);
        return ok;
    }

    private static Step ReturnToVirtual8086(Cpu* cpu, ref StackWindow stack, FarPointer target, ulong image)
    {
        ReadOnlySpan<int> order = [SegmentIndex.Ss, SegmentIndex.Es, SegmentIndex.Ds, SegmentIndex.Fs, SegmentIndex.Gs];
        Span<ushort> selectors = stackalloc ushort[5];
        if (!stack.TryPop(cpu, 4, out ulong pointer))
        {
            return Step.Fault;
        }

        for (int i = 0; i < selectors.Length; i++)
        {
            if (!stack.TryPop(cpu, 4, out ulong selector))
            {
                return Step.Fault;
            }

            selectors[i] = (ushort)selector;
        }

        // EIP may be beyond the 64 KiB of its segment: the fetch faults, in virtual-8086 mode.
        for (int i = 0; i < selectors.Length; i++)
        {
            cpu->Segments[order[i]] = SegmentLoads.Virtual8086(selectors[i]);
        }

        cpu->Segments[SegmentIndex.Cs] = SegmentLoads.Virtual8086(target.Selector);
        cpu->General[RegisterIndex.Rsp] = (uint)pointer;
        cpu->Rip = target.Offset;
        Flags.Set(cpu, Breakpoints.KeepResume(cpu) ? image : image & ~FlagBits.Resume);
        Modes.Update(cpu);
        return Step.EndBlock;
    }

    /// <summary>
    /// Replaces flags by those of a frame. RF holds for the next instruction only, so that it is dropped where there are no instruction breakpoints
    /// that it could hold off.
    /// </summary>
    private static void SetFlags(Cpu* cpu, ulong image, ulong changed, int size)
    {
        changed |= Breakpoints.KeepResume(cpu) ? FlagBits.Resume : 0;
        changed &= size == 2 ? 0xFFFF : ulong.MaxValue;
        Flags.Set(cpu, (cpu->Rflags & ~changed & ~FlagBits.Resume) | (image & changed));

        // AC decides which translations a supervisor may use while SMAP is on.
        if ((cpu->Cr4 & Cr4Bits.SupervisorAccessPrevention) != 0)
        {
            Mmu.SelectCache(cpu);
        }
    }
}
