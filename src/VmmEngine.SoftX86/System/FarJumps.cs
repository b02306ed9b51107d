using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>JMP far.</summary>
internal static unsafe class FarJumps
{
    /// <summary>JMP ptr16:16, ptr16:32, m16:16, m16:32, m16:64.</summary>
    public static Step Jump(Cpu* cpu, MicroOp* op)
    {
        if (!FarPointer.TryRead(cpu, op, out FarPointer target))
        {
            return Step.Fault;
        }

        if (!Modes.HasDescriptors(cpu))
        {
            return CodeSegments.EnterReal(cpu, target.Selector, target.Offset);
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
            return ThroughSystemDescriptor(cpu, op, target.Selector, descriptor);
        }

        return CodeSegments.TryCheckDirect(cpu, target.Selector, descriptor)
            && CodeSegments.TryPrepare(cpu, target.Selector, ref descriptor, target.Offset)
            ? CodeSegments.Enter(cpu, target.Selector, descriptor, target.Offset, cpu->Cpl)
            : Step.Fault;
    }

    private static Step ThroughSystemDescriptor(Cpu* cpu, MicroOp* op, ushort selector, Descriptor descriptor)
    {
        if (!CallGates.TryCheckAccess(cpu, selector, descriptor))
        {
            return Step.Fault;
        }

        if (CallGates.IsTask(descriptor))
        {
            return CallGates.SwitchTask(cpu, selector, descriptor, TaskSwitchCause.Jump, Addresses.Next(cpu, op));
        }

        if (!CallGates.TryRead(cpu, selector, descriptor, out CallGate gate))
        {
            return Step.Fault;
        }

        bool allowed = gate.Code.IsConforming ? gate.Code.Privilege <= cpu->Cpl : gate.Code.Privilege == cpu->Cpl;
        Descriptor code = gate.Code;
        return CodeSegments.TryCheck(cpu, gate.Selector, code, allowed)
            && CodeSegments.TryPrepare(cpu, gate.Selector, ref code, gate.Offset)
            ? CodeSegments.Enter(cpu, gate.Selector, code, gate.Offset, cpu->Cpl)
            : Step.Fault;
    }
}
