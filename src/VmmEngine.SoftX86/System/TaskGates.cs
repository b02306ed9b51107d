using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>The way to another task: from a task gate, or from a TSS selector that passed its privilege check.</summary>
internal static unsafe class TaskGates
{
    /// <summary>Switches to the task whose TSS a task gate names.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="selector">The TSS.</param>
    /// <param name="source">What switches.</param>
    /// <param name="next">RIP that the old task goes on at.</param>
    /// <param name="external">The EXT bit of error codes.</param>
    /// <param name="error">What is pushed on the new task's stack.</param>
    /// <returns><see cref="Step.EndBlock"/> or <see cref="Step.Fault"/>.</returns>
    public static Step Enter(Cpu* cpu, ushort selector, TaskSwitchCause source, ulong next, uint external, uint? error)
    {
        if ((selector & 4) != 0 || DescriptorReader.IsNull(selector))
        {
            return Faults.Protection(cpu, DescriptorReader.ErrorCode(selector, external));
        }

        return DescriptorReader.TryRead(cpu, selector, Vectors.GeneralProtection, external, out Descriptor descriptor)
            ? Enter(cpu, selector, descriptor, source, next, external, error)
            : Step.Fault;
    }

    /// <summary>Switches to a task.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="selector">The TSS.</param>
    /// <param name="descriptor">Its descriptor.</param>
    /// <param name="source">What switches: not IRET.</param>
    /// <param name="next">RIP that the old task goes on at.</param>
    /// <param name="external">The EXT bit of error codes.</param>
    /// <param name="error">What is pushed on the new task's stack.</param>
    /// <returns><see cref="Step.EndBlock"/> or <see cref="Step.Fault"/>.</returns>
    public static Step Enter(
        Cpu* cpu, ushort selector, Descriptor descriptor, TaskSwitchCause source, ulong next, uint external, uint? error)
    {
        if (!descriptor.IsAvailableTss)
        {
            return Faults.Protection(cpu, DescriptorReader.ErrorCode(selector, external));
        }

        return descriptor.IsPresent
            ? TaskSwitch.Execute(cpu, selector, descriptor, source, next, external, error)
            : Faults.Raise(cpu, Vectors.SegmentNotPresent, DescriptorReader.ErrorCode(selector, external));
    }

    /// <summary>IRET with NT set: back to the task in the current TSS's back link.</summary>
    /// <returns><see cref="Step.EndBlock"/> or <see cref="Step.Fault"/>.</returns>
    public static Step Return(Cpu* cpu, ulong next)
    {
        ulong link = DescriptorReader.Linear(cpu, cpu->Segments[SegmentIndex.Tr].Base);
        if (!LinearMemory.TryRead(cpu, link, out ushort selector, Access.Read | Access.System))
        {
            return Step.Fault;
        }

        if ((selector & 4) != 0 || DescriptorReader.IsNull(selector))
        {
            return Faults.Raise(cpu, Vectors.InvalidTss, DescriptorReader.ErrorCode(selector, 0));
        }

        if (!DescriptorReader.TryRead(cpu, selector, Vectors.InvalidTss, 0, out Descriptor descriptor))
        {
            return Step.Fault;
        }

        if (!descriptor.IsBusyTss)
        {
            return Faults.Raise(cpu, Vectors.InvalidTss, DescriptorReader.ErrorCode(selector, 0));
        }

        return descriptor.IsPresent
            ? TaskSwitch.Execute(cpu, selector, descriptor, TaskSwitchCause.Return, next, 0, null)
            : Faults.Raise(cpu, Vectors.SegmentNotPresent, DescriptorReader.ErrorCode(selector, 0));
    }
}
