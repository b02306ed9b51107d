using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>Interrupts through the 8-byte gates of protected and virtual-8086 mode.</summary>
internal static unsafe class ProtectedModeDelivery
{
    /// <summary>Delivers an event.</summary>
    /// <returns><see cref="Step.EndBlock"/> or <see cref="Step.Fault"/>.</returns>
    public static Step Enter(Cpu* cpu, in InterruptEvent what)
    {
        uint offset = (uint)what.Vector * 8;
        if (offset + 7 > cpu->Idtr.Limit)
        {
            return Faults.Protection(cpu, what.GateError);
        }

        ulong linear = DescriptorReader.Linear(cpu, cpu->Idtr.Base + offset);
        if (!LinearMemory.TryRead(cpu, linear, out ulong raw, Access.Read | Access.System))
        {
            return Step.Fault;
        }

        Descriptor gate = new(raw);
        if (!IsInterruptGate(gate.Type) || (what.Kind == ExceptionKind.Software && gate.Privilege < cpu->Cpl))
        {
            return Faults.Protection(cpu, what.GateError);
        }

        if (!gate.IsPresent)
        {
            return Faults.Raise(cpu, Vectors.SegmentNotPresent, what.GateError);
        }

        if (gate.Type == SystemTypes.TaskGate)
        {
            return TaskGates.Enter(cpu, gate.GateSelector, TaskSwitchCause.Interrupt, what.ReturnRip, what.External, what.ErrorCode);
        }

        return GateTargets.TryRead(cpu, gate.GateSelector, what.External, out Descriptor code) ? EnterCode(cpu, what, gate, code) : Step.Fault;
    }

    private static Step EnterCode(Cpu* cpu, in InterruptEvent what, Descriptor gate, Descriptor code)
    {
        uint privilege = code.IsConforming ? cpu->Cpl : code.Privilege;
        bool virtual8086 = Modes.IsVirtual8086(cpu);
        if (virtual8086 && privilege != 0)
        {
            return Faults.Protection(cpu, DescriptorReader.ErrorCode(gate.GateSelector, what.External));
        }

        int size = gate.Type >= SystemTypes.InterruptGate32 ? 4 : 2;
        SegmentRegister stackSegment = cpu->Segments[SegmentIndex.Ss];
        StackWindow stack;
        if (privilege == cpu->Cpl)
        {
            stack = new StackWindow(cpu, what.External);
        }
        else if (TaskState.TryReadStack(cpu, privilege, what.External, out stackSegment, out ulong pointer))
        {
            uint error = DescriptorReader.ErrorCode(stackSegment.Selector, what.External);
            stack = new StackWindow(cpu, stackSegment, pointer, privilege, false, error);
            if (!TryPushOuter(cpu, virtual8086, size, ref stack))
            {
                return Step.Fault;
            }
        }
        else
        {
            return Step.Fault;
        }

        if (!TryPushFrame(cpu, what, size, ref stack))
        {
            return Step.Fault;
        }

        ulong target = size == 4 ? gate.GateOffset : gate.GateOffset & 0xFFFF;
        if (target > code.Limit)
        {
            return Faults.Protection(cpu, what.External);
        }

        if (!DescriptorReader.TryMarkAccessed(cpu, gate.GateSelector, ref code))
        {
            return Step.Fault;
        }

        cpu->General[RegisterIndex.Rsp] = stack.Merge(cpu->General[RegisterIndex.Rsp]);
        cpu->Segments[SegmentIndex.Ss] = stackSegment;
        if (virtual8086)
        {
            LeaveVirtual8086(cpu);
        }

        GateTargets.Commit(cpu, gate, code, target, privilege);
        return Step.EndBlock;
    }

    private static bool IsInterruptGate(uint type) => type is SystemTypes.TaskGate
        or SystemTypes.InterruptGate16 or SystemTypes.TrapGate16 or SystemTypes.InterruptGate32 or SystemTypes.TrapGate32;

    /// <summary>Pushes what returns to the outer level: its stack, and from virtual-8086 mode its data segments.</summary>
    private static bool TryPushOuter(Cpu* cpu, bool virtual8086, int size, ref StackWindow stack)
    {
        if (virtual8086 && (!stack.TryPush(cpu, cpu->Segments[SegmentIndex.Gs].Selector, size)
            || !stack.TryPush(cpu, cpu->Segments[SegmentIndex.Fs].Selector, size)
            || !stack.TryPush(cpu, cpu->Segments[SegmentIndex.Ds].Selector, size)
            || !stack.TryPush(cpu, cpu->Segments[SegmentIndex.Es].Selector, size)))
        {
            return false;
        }

        return stack.TryPush(cpu, cpu->Segments[SegmentIndex.Ss].Selector, size) && stack.TryPush(cpu, cpu->General[RegisterIndex.Rsp], size);
    }

    private static bool TryPushFrame(Cpu* cpu, in InterruptEvent what, int size, ref StackWindow stack) =>
        stack.TryPush(cpu, Exceptions.FlagsImage(cpu, what), size)
        && stack.TryPush(cpu, cpu->Segments[SegmentIndex.Cs].Selector, size)
        && stack.TryPush(cpu, what.ReturnRip, size)
        && (what.ErrorCode is not { } error || stack.TryPush(cpu, error, size));

    private static void LeaveVirtual8086(Cpu* cpu)
    {
        SegmentRegister none = new() { Access = AccessBits.Unusable };
        cpu->Segments[SegmentIndex.Es] = none;
        cpu->Segments[SegmentIndex.Ds] = none;
        cpu->Segments[SegmentIndex.Fs] = none;
        cpu->Segments[SegmentIndex.Gs] = none;
    }
}
