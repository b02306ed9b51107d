using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>CALL far.</summary>
internal static unsafe class FarCalls
{
    /// <summary>CALL ptr16:16, ptr16:32, m16:16, m16:32, m16:64.</summary>
    public static Step Call(Cpu* cpu, MicroOp* op)
    {
        if (!FarPointer.TryRead(cpu, op, out FarPointer target))
        {
            return Step.Fault;
        }

        ulong next = Addresses.Next(cpu, op);
        if (!Modes.HasDescriptors(cpu))
        {
            return CallReal(cpu, target, next, op->Size);
        }

        if (DescriptorReader.IsNull(target.Selector))
        {
            return Faults.Protection(cpu);
        }

        if (!DescriptorReader.TryRead(cpu, target.Selector, Vectors.GeneralProtection, 0, out Descriptor descriptor))
        {
            return Step.Fault;
        }

        if (descriptor.Type < 16)
        {
            return ThroughSystemDescriptor(cpu, target.Selector, descriptor, next);
        }

        return CodeSegments.TryCheckDirect(cpu, target.Selector, descriptor)
            ? CallSameLevel(cpu, target.Selector, descriptor, target.Offset, next, op->Size)
            : Step.Fault;
    }

    private static Step CallReal(Cpu* cpu, FarPointer target, ulong next, int size)
    {
        StackWindow stack = new(cpu);
        if (!TryPushReturn(cpu, ref stack, next, size))
        {
            return Step.Fault;
        }

        Step step = CodeSegments.EnterReal(cpu, target.Selector, target.Offset);
        if (step == Step.EndBlock)
        {
            cpu->General[RegisterIndex.Rsp] = stack.Merge(cpu->General[RegisterIndex.Rsp]);
        }

        return step;
    }

    private static Step CallSameLevel(Cpu* cpu, ushort selector, Descriptor code, ulong offset, ulong next, int size)
    {
        // From compatibility mode into 64-bit code the frame is still pushed by the caller's rules.
        StackWindow stack = new(cpu);
        if (!TryPushReturn(cpu, ref stack, next, size) || !CodeSegments.TryPrepare(cpu, selector, ref code, offset))
        {
            return Step.Fault;
        }

        cpu->General[RegisterIndex.Rsp] = stack.Merge(cpu->General[RegisterIndex.Rsp]);
        return CodeSegments.Enter(cpu, selector, code, offset, cpu->Cpl);
    }

    private static Step ThroughSystemDescriptor(Cpu* cpu, ushort selector, Descriptor descriptor, ulong next)
    {
        if (!CallGates.TryCheckAccess(cpu, selector, descriptor))
        {
            return Step.Fault;
        }

        if (CallGates.IsTask(descriptor))
        {
            return CallGates.SwitchTask(cpu, selector, descriptor, TaskSwitchCause.Call, next);
        }

        if (!CallGates.TryRead(cpu, selector, descriptor, out CallGate gate)
            || !CodeSegments.TryCheck(cpu, gate.Selector, gate.Code, gate.Code.Privilege <= cpu->Cpl))
        {
            return Step.Fault;
        }

        return gate.Code.IsConforming || gate.Code.Privilege == cpu->Cpl
            ? CallSameLevel(cpu, gate.Selector, gate.Code, gate.Offset, next, gate.Size)
            : CallInner(cpu, gate, next);
    }

    /// <summary>A call to a more privileged level: a stack of that level, with the caller's and the parameters on it.</summary>
    private static Step CallInner(Cpu* cpu, CallGate gate, ulong next)
    {
        uint privilege = gate.Code.Privilege;
        bool wide = gate.Size == 8;
        SegmentRegister segment = SegmentLoads.NullStack(privilege);
        ulong pointer;
        if (wide ? !TaskState.TryRead64(cpu, 4 + ((int)privilege * 8), 0, out pointer)
            : !TaskState.TryReadStack(cpu, privilege, 0, out segment, out pointer))
        {
            return Step.Fault;
        }

        StackWindow outer = new(cpu);
        StackWindow inner = new(cpu, segment, pointer, privilege, wide, DescriptorReader.ErrorCode(segment.Selector, 0));
        if (!inner.TryPush(cpu, cpu->Segments[SegmentIndex.Ss].Selector, gate.Size)
            || !inner.TryPush(cpu, cpu->General[RegisterIndex.Rsp], gate.Size))
        {
            return Step.Fault;
        }

        for (int i = gate.Parameters - 1; i >= 0; i--)
        {
            if (!outer.TryPeek(cpu, i * gate.Size, gate.Size, out ulong parameter) || !inner.TryPush(cpu, parameter, gate.Size))
            {
                return Step.Fault;
            }
        }

        Descriptor code = gate.Code;
        if (!TryPushReturn(cpu, ref inner, next, gate.Size) || !CodeSegments.TryPrepare(cpu, gate.Selector, ref code, gate.Offset))
        {
            return Step.Fault;
        }

        cpu->General[RegisterIndex.Rsp] = inner.Merge(cpu->General[RegisterIndex.Rsp]);
        cpu->Segments[SegmentIndex.Ss] = segment;
        return CodeSegments.Enter(cpu, gate.Selector, code, gate.Offset, privilege);
    }

    private static bool TryPushReturn(Cpu* cpu, ref StackWindow stack, ulong next, int size) =>
        stack.TryPush(cpu, cpu->Segments[SegmentIndex.Cs].Selector, size) && stack.TryPush(cpu, next, size);
}
