using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>The switch from one task-state segment to another, of 16-bit and 32-bit protected mode.</summary>
internal static unsafe class TaskSwitch
{
    /// <summary>Switches. The new TSS is available (busy, for a return) and present.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="selector">The new TSS.</param>
    /// <param name="descriptor">Its descriptor.</param>
    /// <param name="source">What switches.</param>
    /// <param name="next">RIP that the old task goes on at.</param>
    /// <param name="external">The EXT bit of error codes.</param>
    /// <param name="error">What is pushed on the new task's stack.</param>
    /// <returns>
    /// <see cref="Step.EndBlock"/>, or <see cref="Step.Fault"/>: of the old task if RIP is unchanged, else of the new one at its first instruction.
    /// <see cref="Step.Exit"/> for a run that leaves task switches to its caller.
    /// </returns>
    public static Step Execute(
        Cpu* cpu, ushort selector, Descriptor descriptor, TaskSwitchCause source, ulong next, uint external, uint? error)
    {
        if (cpu->System.TaskSwitchExits != 0)
        {
            *cpu->Exit = new VcpuExit
            {
                Reason = ExitReason.TaskSwitch,
                Rip = cpu->Rip,
                InstructionLength = (byte)(next - cpu->Rip), // 0 for an exception
                Detail = new TaskSwitchRequest(selector, source, external != 0, error).Word,
            };
            return Step.Exit;
        }

        bool wide = (descriptor.Type & 8) != 0;
        if (descriptor.Limit < TaskImage.LeastLimit(wide))
        {
            return Faults.Raise(cpu, Vectors.InvalidTss, DescriptorReader.ErrorCode(selector, external));
        }

        if (!TrySaveOld(cpu, source, next, external)
            || !TaskImage.TryRead(cpu, descriptor.Base, wide, out TaskImage image)
            || !TryLink(cpu, selector, descriptor, source))
        {
            return Step.Fault;
        }

        bool nested = source is TaskSwitchCause.Call or TaskSwitchCause.Interrupt;
        SegmentRegister task = descriptor.ToRegister(selector);
        task.Access |= SystemTypes.Busy;
        cpu->Segments[SegmentIndex.Tr] = task;
        cpu->Cr0 |= Cr0Bits.TaskSwitched;
        cpu->Debug[7] &= ~DebugBits.LocalEnables;
        Breakpoints.Update(cpu);
        return NewTask.Enter(cpu, image, wide, nested, external, error);
    }

    /// <summary>Saves the old task, and takes its busy bit away unless the new one is nested in it.</summary>
    private static bool TrySaveOld(Cpu* cpu, TaskSwitchCause source, ulong next, uint external)
    {
        SegmentRegister old = cpu->Segments[SegmentIndex.Tr];
        bool wide = (old.Access & 8) != 0;
        if ((old.Access & AccessBits.Unusable) != 0 || old.Limit < TaskImage.LeastLimit(wide))
        {
            Faults.Raise(cpu, Vectors.InvalidTss, DescriptorReader.ErrorCode(old.Selector, external));
            return false;
        }

        ulong flags = Flags.Get(cpu);
        if (source == TaskSwitchCause.Return)
        {
            flags &= ~FlagBits.NestedTask;
        }

        if (!TaskImage.TryProbeSave(cpu, old.Base, wide) || !TaskImage.TrySave(cpu, old.Base, wide, next, flags))
        {
            return false;
        }

        if (source is TaskSwitchCause.Call or TaskSwitchCause.Interrupt)
        {
            return true;
        }

        return DescriptorReader.TryRead(cpu, old.Selector, Vectors.InvalidTss, external, out Descriptor descriptor)
            && DescriptorReader.TryMarkBusy(cpu, old.Selector, descriptor, busy: false);
    }

    /// <summary>Marks the new task busy and, if it is nested, tells it where it came from.</summary>
    private static bool TryLink(Cpu* cpu, ushort selector, Descriptor descriptor, TaskSwitchCause source)
    {
        ulong link = DescriptorReader.Linear(cpu, descriptor.Base);
        ushort old = cpu->Segments[SegmentIndex.Tr].Selector;
        return source switch
        {
            TaskSwitchCause.Return => true,
            TaskSwitchCause.Jump => DescriptorReader.TryMarkBusy(cpu, selector, descriptor, busy: true),
            _ => LinearMemory.TryWrite(cpu, link, old, Access.Write | Access.System)
                && DescriptorReader.TryMarkBusy(cpu, selector, descriptor, busy: true),
        };
    }
}
