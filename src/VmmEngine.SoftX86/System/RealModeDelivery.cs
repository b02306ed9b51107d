namespace VmmEngine.SoftX86;

/// <summary>Interrupts through the vector table of real mode.</summary>
internal static unsafe class RealModeDelivery
{
    private const ulong Cleared = FlagBits.Interrupt | FlagBits.Trap | FlagBits.AlignmentCheck | FlagBits.Resume;

    /// <summary>Delivers an event.</summary>
    /// <returns><see cref="Step.EndBlock"/> or <see cref="Step.Fault"/>.</returns>
    public static Step Enter(Cpu* cpu, in InterruptEvent what)
    {
        uint offset = (uint)what.Vector * 4;
        if (offset + 3 > cpu->Idtr.Limit)
        {
            return Faults.Protection(cpu, what.GateError);
        }

        ulong linear = DescriptorReader.Linear(cpu, cpu->Idtr.Base + offset);
        if (!LinearMemory.TryRead(cpu, linear, out uint entry, Access.Read | Access.System))
        {
            return Step.Fault;
        }

        StackWindow stack = new(cpu);
        ulong flags = Exceptions.FlagsImage(cpu, what);
        if (!stack.TryPush(cpu, flags, 2) || !stack.TryPush(cpu, cpu->Segments[SegmentIndex.Cs].Selector, 2)
            || !stack.TryPush(cpu, what.ReturnRip, 2))
        {
            return Step.Fault;
        }

        if ((entry & 0xFFFF) > cpu->Segments[SegmentIndex.Cs].Limit)
        {
            return Faults.Protection(cpu, what.External);
        }

        cpu->General[RegisterIndex.Rsp] = stack.Merge(cpu->General[RegisterIndex.Rsp]);
        cpu->Rflags &= ~Cleared;
        SegmentLoads.LoadReal(cpu, SegmentIndex.Cs, (ushort)(entry >> 16));
        cpu->Rip = entry & 0xFFFF;
        Modes.Update(cpu);
        return Step.EndBlock;
    }
}
