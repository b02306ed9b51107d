using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>A call gate with the code segment it leads to.</summary>
/// <param name="Selector">The code segment.</param>
/// <param name="Code">Its descriptor: not checked beyond its size.</param>
/// <param name="Offset">Where it leads to.</param>
/// <param name="Size">Bytes of an element that the call pushes: 2, 4 or 8.</param>
/// <param name="Parameters">Elements that are copied to an inner stack.</param>
internal readonly record struct CallGate(ushort Selector, Descriptor Code, ulong Offset, int Size, int Parameters);

/// <summary>System descriptors as targets of far jumps and calls: call gates, task gates and task-state segments.</summary>
internal static unsafe class CallGates
{
    /// <summary>Checks type, privilege and presence of the descriptor that a far jump or call names.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryCheckAccess(Cpu* cpu, ushort selector, Descriptor descriptor)
    {
        bool isLong = Modes.IsLong(cpu);
        bool isGate = descriptor.Type == SystemTypes.CallGate32 || (!isLong && descriptor.Type == SystemTypes.CallGate16);
        bool isTask = !isLong && (descriptor.IsAvailableTss || descriptor.Type == SystemTypes.TaskGate);
        if ((!isGate && !isTask) || descriptor.Privilege < Math.Max(cpu->Cpl, selector & 3u))
        {
            Faults.Protection(cpu, DescriptorReader.ErrorCode(selector, 0));
            return false;
        }

        if (!descriptor.IsPresent)
        {
            Faults.Raise(cpu, Vectors.SegmentNotPresent, DescriptorReader.ErrorCode(selector, 0));
            return false;
        }

        return true;
    }

    /// <summary>True for a task gate and a TSS.</summary>
    public static bool IsTask(Descriptor descriptor) => descriptor.Type is not (SystemTypes.CallGate16 or SystemTypes.CallGate32);

    /// <summary>Switches to the task of a checked task gate or TSS.</summary>
    /// <returns><see cref="Step.EndBlock"/> or <see cref="Step.Fault"/>.</returns>
    public static Step SwitchTask(Cpu* cpu, ushort selector, Descriptor descriptor, TaskSwitchCause source, ulong next)
    {
        if (descriptor.Type == SystemTypes.TaskGate)
        {
            return TaskGates.Enter(cpu, descriptor.GateSelector, source, next, 0, null);
        }

        return (selector & 4) != 0
            ? Faults.Protection(cpu, DescriptorReader.ErrorCode(selector, 0))
            : TaskGates.Enter(cpu, selector, descriptor, source, next, 0, null);
    }

    /// <summary>Reads a checked call gate's target.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryRead(Cpu* cpu, ushort selector, Descriptor descriptor, out CallGate gate)
    {
        gate = default;
        ulong offset = descriptor.Type == SystemTypes.CallGate32 ? descriptor.GateOffset : descriptor.GateOffset & 0xFFFF;
        int size = descriptor.Type == SystemTypes.CallGate32 ? 4 : 2;
        if (Modes.IsLong(cpu))
        {
            if (!DescriptorReader.TryReadUpper(cpu, selector, Vectors.GeneralProtection, 0, out ulong upper))
            {
                return false;
            }

            // The type field of the upper half must be 0, so that nobody takes the upper half for a descriptor.
            if ((upper >> 40 & 0x1F) != 0)
            {
                Faults.Protection(cpu, DescriptorReader.ErrorCode(selector, 0));
                return false;
            }

            offset |= upper << 32;
            size = 8;
        }

        ushort target = descriptor.GateSelector;
        if (DescriptorReader.IsNull(target))
        {
            Faults.Protection(cpu);
            return false;
        }

        if (!DescriptorReader.TryRead(cpu, target, Vectors.GeneralProtection, 0, out Descriptor code))
        {
            return false;
        }

        if (size == 8 && (code.Access & (AccessBits.Long | AccessBits.Big)) != AccessBits.Long)
        {
            Faults.Protection(cpu, DescriptorReader.ErrorCode(target, 0));
            return false;
        }

        gate = new CallGate(target, code, offset, size, size == 8 ? 0 : descriptor.GateParameters);
        return true;
    }
}
