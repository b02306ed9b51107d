using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>The stacks that the current task-state segment names.</summary>
internal static unsafe class TaskState
{
    /// <summary>Reads 8 bytes of a 64-bit TSS.</summary>
    /// <returns>False: an exception is recorded, #TS if they are beyond the segment.</returns>
    public static bool TryRead64(Cpu* cpu, int offset, uint external, out ulong value)
    {
        value = 0;
        SegmentRegister task = cpu->Segments[SegmentIndex.Tr];
        if (!Holds(task, offset, 8))
        {
            Faults.Raise(cpu, Vectors.InvalidTss, DescriptorReader.ErrorCode(task.Selector, external));
            return false;
        }

        return LinearMemory.TryRead(cpu, task.Base + (uint)offset, out value, Access.Read | Access.System);
    }

    /// <summary>Reads and checks the stack of an inner privilege level from a 16-bit or 32-bit TSS.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="privilege">The level, 0 to 2.</param>
    /// <param name="external">The EXT bit of error codes.</param>
    /// <param name="segment">The stack segment.</param>
    /// <param name="pointer">Its top.</param>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryReadStack(Cpu* cpu, uint privilege, uint external, out SegmentRegister segment, out ulong pointer)
    {
        segment = default;
        pointer = 0;
        SegmentRegister task = cpu->Segments[SegmentIndex.Tr];
        bool wide = (task.Access & AccessBits.TypeMask) is SystemTypes.BusyTss32 or SystemTypes.Tss32;
        int size = wide ? 4 : 2;
        int offset = size + ((int)privilege * size * 2);
        if (!Holds(task, offset, size + 2))
        {
            Faults.Raise(cpu, Vectors.InvalidTss, DescriptorReader.ErrorCode(task.Selector, external));
            return false;
        }

        ulong linear = DescriptorReader.Linear(cpu, task.Base + (uint)offset);
        ulong selectorLinear = DescriptorReader.Linear(cpu, linear + (uint)size);
        if (!Operands.TryReadMemory(cpu, linear, size, Access.Read | Access.System, out pointer)
            || !LinearMemory.TryRead(cpu, selectorLinear, out ushort selector, Access.Read | Access.System))
        {
            return false;
        }

        if (DescriptorReader.IsNull(selector))
        {
            Faults.Raise(cpu, Vectors.InvalidTss, external);
            return false;
        }

        return SegmentLoads.TryLoadStack(cpu, selector, privilege, Vectors.InvalidTss, external, out segment);
    }

    private static bool Holds(in SegmentRegister task, int offset, int size) =>
        (task.Access & AccessBits.Unusable) == 0 && (uint)(offset + size - 1) <= task.Limit;
}
