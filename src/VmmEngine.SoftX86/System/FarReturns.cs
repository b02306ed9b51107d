using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>RET far, and the part of IRET that is like it: back to the same or to an outer privilege level.</summary>
internal static unsafe class FarReturns
{
    /// <summary>RETF and RETF imm16.</summary>
    public static Step Return(Cpu* cpu, MicroOp* op)
    {
        StackWindow stack = new(cpu);
        int size = op->Size;
        if (!stack.TryPop(cpu, size, out ulong offset) || !stack.TryPop(cpu, size, out ulong selector))
        {
            return Step.Fault;
        }

        ulong parameters = op->Immediate & 0xFFFF;
        if (Modes.HasDescriptors(cpu))
        {
            stack.Skip(parameters);
            return ToSegment(cpu, ref stack, new FarPointer((ushort)selector, offset), size, parameters, forceStack: false);
        }

        Step step = CodeSegments.EnterReal(cpu, (ushort)selector, offset);
        if (step == Step.EndBlock)
        {
            stack.Skip(parameters);
            cpu->General[RegisterIndex.Rsp] = stack.Merge(cpu->General[RegisterIndex.Rsp]);
        }

        return step;
    }

    /// <summary>Returns to a code segment of protected or long mode.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="stack">Behind the frame's CS, or its flags, and the parameters.</param>
    /// <param name="target">Where to.</param>
    /// <param name="size">Bytes of an element of the frame.</param>
    /// <param name="parameters">Bytes to drop from the outer stack too.</param>
    /// <param name="forceStack">SS and RSP are in the frame even if the level stays: IRET in 64-bit mode.</param>
    /// <returns><see cref="Step.EndBlock"/> or <see cref="Step.Fault"/>.</returns>
    public static Step ToSegment(Cpu* cpu, ref StackWindow stack, FarPointer target, int size, ulong parameters, bool forceStack)
    {
        if (DescriptorReader.IsNull(target.Selector))
        {
            return Faults.Protection(cpu);
        }

        if (!DescriptorReader.TryRead(cpu, target.Selector, Vectors.GeneralProtection, 0, out Descriptor code)
            || !CodeSegments.TryCheckReturn(cpu, target.Selector, code))
        {
            return Step.Fault;
        }

        uint level = target.Selector & 3u;
        if (level == cpu->Cpl && !forceStack)
        {
            if (!CodeSegments.TryPrepare(cpu, target.Selector, ref code, target.Offset))
            {
                return Step.Fault;
            }

            cpu->General[RegisterIndex.Rsp] = stack.Merge(cpu->General[RegisterIndex.Rsp]);
            return CodeSegments.Enter(cpu, target.Selector, code, target.Offset, level);
        }

        if (!stack.TryPop(cpu, size, out ulong pointer) || !stack.TryPop(cpu, size, out ulong selector)
            || !TryLoadOuterStack(cpu, (ushort)selector, level, CodeSegments.IsLong(cpu, code), out SegmentRegister segment)
            || !CodeSegments.TryPrepare(cpu, target.Selector, ref code, target.Offset))
        {
            return Step.Fault;
        }

        cpu->Segments[SegmentIndex.Ss] = segment;
        SetPointer(cpu, segment, CodeSegments.IsLong(cpu, code), pointer + parameters);
        bool outer = level > cpu->Cpl;
        CodeSegments.Enter(cpu, target.Selector, code, target.Offset, level);
        if (outer)
        {
            SegmentLoads.DropPrivileged(cpu);
        }

        return Step.EndBlock;
    }

    private static bool TryLoadOuterStack(Cpu* cpu, ushort selector, uint level, bool toLong, out SegmentRegister segment)
    {
        if (!DescriptorReader.IsNull(selector))
        {
            return SegmentLoads.TryLoadStack(cpu, selector, level, Vectors.GeneralProtection, 0, out segment);
        }

        segment = SegmentLoads.NullStack(level);
        if (toLong && level < 3 && (selector & 3) == level)
        {
            return true;
        }

        Faults.Protection(cpu);
        return false;
    }

    private static void SetPointer(Cpu* cpu, in SegmentRegister segment, bool toLong, ulong pointer)
    {
        int size = toLong ? 8 : (segment.Access & AccessBits.Big) != 0 ? 4 : 2;
        Operands.WriteRegister(cpu, RegisterIndex.Rsp * 8, pointer, size);
    }
}
