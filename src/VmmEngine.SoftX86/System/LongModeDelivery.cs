using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>Interrupts through the 16-byte gates of long mode.</summary>
internal static unsafe class LongModeDelivery
{
    private const int FirstIst = 36;
    private const int FirstRsp = 4;

    /// <summary>Delivers an event.</summary>
    /// <returns><see cref="Step.EndBlock"/> or <see cref="Step.Fault"/>.</returns>
    public static Step Enter(Cpu* cpu, in InterruptEvent what)
    {
        uint offset = (uint)what.Vector * 16;
        if (offset + 15 > cpu->Idtr.Limit)
        {
            return Faults.Protection(cpu, what.GateError);
        }

        if (!LinearMemory.TryRead(cpu, cpu->Idtr.Base + offset, out ulong low, Access.Read | Access.System)
            || !LinearMemory.TryRead(cpu, cpu->Idtr.Base + offset + 8, out ulong high, Access.Read | Access.System))
        {
            return Step.Fault;
        }

        Descriptor gate = new(low);
        ulong target = gate.GateOffset | (high << 32);
        if (gate.Type is not (SystemTypes.InterruptGate32 or SystemTypes.TrapGate32)
            || (what.Kind == ExceptionKind.Software && gate.Privilege < cpu->Cpl))
        {
            return Faults.Protection(cpu, what.GateError);
        }

        if (!gate.IsPresent)
        {
            return Faults.Raise(cpu, Vectors.SegmentNotPresent, what.GateError);
        }

        if (!GateTargets.TryRead(cpu, gate.GateSelector, what.External, out Descriptor code))
        {
            return Step.Fault;
        }

        if ((code.Access & (AccessBits.Long | AccessBits.Big)) != AccessBits.Long)
        {
            return Faults.Protection(cpu, DescriptorReader.ErrorCode(gate.GateSelector, what.External));
        }

        uint privilege = code.IsConforming ? cpu->Cpl : code.Privilege;
        if (!TryFindStack(cpu, gate.GateStack, privilege, what.External, out ulong pointer))
        {
            return Step.Fault;
        }

        SegmentRegister stackSegment = privilege == cpu->Cpl ? cpu->Segments[SegmentIndex.Ss] : SegmentLoads.NullStack(privilege);
        StackWindow stack = new(cpu, stackSegment, pointer & ~15UL, privilege, true, what.External);
        if (!TryPushFrame(cpu, what, ref stack))
        {
            return Step.Fault;
        }

        if (!Addresses.IsCanonical(target))
        {
            return Faults.Protection(cpu, what.External);
        }

        if (!DescriptorReader.TryMarkAccessed(cpu, gate.GateSelector, ref code))
        {
            return Step.Fault;
        }

        cpu->General[RegisterIndex.Rsp] = stack.Merge(0);
        cpu->Segments[SegmentIndex.Ss] = stackSegment;
        GateTargets.Commit(cpu, gate, code, target, privilege);
        return Step.EndBlock;
    }

    private static bool TryPushFrame(Cpu* cpu, in InterruptEvent what, ref StackWindow stack) =>
        stack.TryPush(cpu, cpu->Segments[SegmentIndex.Ss].Selector, 8)
        && stack.TryPush(cpu, cpu->General[RegisterIndex.Rsp], 8)
        && stack.TryPush(cpu, Exceptions.FlagsImage(cpu, what), 8)
        && stack.TryPush(cpu, cpu->Segments[SegmentIndex.Cs].Selector, 8)
        && stack.TryPush(cpu, what.ReturnRip, 8)
        && (what.ErrorCode is not { } error || stack.TryPush(cpu, error, 8));

    private static bool TryFindStack(Cpu* cpu, int ist, uint privilege, uint external, out ulong pointer)
    {
        if (ist == 0 && privilege == cpu->Cpl)
        {
            pointer = cpu->General[RegisterIndex.Rsp];
            return true;
        }

        int place = ist != 0 ? FirstIst + ((ist - 1) * 8) : FirstRsp + ((int)privilege * 8);
        return TaskState.TryRead64(cpu, place, external, out pointer);
    }
}
