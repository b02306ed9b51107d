using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>LLDT, LTR, SLDT, STR. None of them exists in real and virtual-8086 mode.</summary>
internal static unsafe class SystemSegments
{
    /// <summary>LLDT.</summary>
    public static Step Lldt(Cpu* cpu, MicroOp* op)
    {
        if (!TryReadSelector(cpu, op, out ushort selector))
        {
            return Step.Fault;
        }

        if (DescriptorReader.IsNull(selector))
        {
            cpu->Segments[SegmentIndex.Ldtr] = new SegmentRegister { Access = AccessBits.Unusable, Selector = selector };
            return Step.Next;
        }

        if (!TryReadDescriptor(cpu, selector, out Descriptor descriptor, out ulong upper))
        {
            return Step.Fault;
        }

        if (descriptor.Type != SystemTypes.Ldt)
        {
            return Faults.Protection(cpu, DescriptorReader.ErrorCode(selector, 0));
        }

        if (!TryMakeRegister(cpu, selector, descriptor, upper, out SegmentRegister register))
        {
            return Step.Fault;
        }

        cpu->Segments[SegmentIndex.Ldtr] = register;
        return Step.Next;
    }

    /// <summary>LTR.</summary>
    public static Step Ltr(Cpu* cpu, MicroOp* op)
    {
        if (!TryReadSelector(cpu, op, out ushort selector))
        {
            return Step.Fault;
        }

        if (DescriptorReader.IsNull(selector))
        {
            return Faults.Protection(cpu);
        }

        if (!TryReadDescriptor(cpu, selector, out Descriptor descriptor, out ulong upper))
        {
            return Step.Fault;
        }

        if (descriptor.Type != SystemTypes.Tss32 && (Modes.IsLong(cpu) || descriptor.Type != SystemTypes.Tss16))
        {
            return Faults.Protection(cpu, DescriptorReader.ErrorCode(selector, 0));
        }

        if (!TryMakeRegister(cpu, selector, descriptor, upper, out SegmentRegister register)
            || !DescriptorReader.TryMarkBusy(cpu, selector, descriptor, busy: true))
        {
            return Step.Fault;
        }

        register.Access |= SystemTypes.Busy;
        cpu->Segments[SegmentIndex.Tr] = register;
        return Step.Next;
    }

    /// <summary>SLDT.</summary>
    public static Step Sldt(Cpu* cpu, MicroOp* op) => Store(cpu, op, SegmentIndex.Ldtr);

    /// <summary>STR.</summary>
    public static Step Str(Cpu* cpu, MicroOp* op) => Store(cpu, op, SegmentIndex.Tr);

    private static Step Store(Cpu* cpu, MicroOp* op, int index)
    {
        if (!Modes.HasDescriptors(cpu))
        {
            return Faults.Undefined(cpu);
        }

        return Operands.TryWrite(cpu, op, op->Destination, cpu->Segments[index].Selector, op->Size, 2) ? Step.Next : Step.Fault;
    }

    private static bool TryReadSelector(Cpu* cpu, MicroOp* op, out ushort selector)
    {
        selector = 0;
        if (!Modes.HasDescriptors(cpu))
        {
            Faults.Undefined(cpu);
            return false;
        }

        if (cpu->Cpl != 0)
        {
            Faults.Protection(cpu);
            return false;
        }

        bool ok = Operands.TryRead(cpu, op, op->Destination, 2, out ulong value);
        selector = (ushort)value;
        return ok;
    }

    private static bool TryReadDescriptor(Cpu* cpu, ushort selector, out Descriptor descriptor, out ulong upper)
    {
        descriptor = default;
        upper = 0;
        if ((selector & 4) != 0)
        {
            Faults.Protection(cpu, DescriptorReader.ErrorCode(selector, 0));
            return false;
        }

        return DescriptorReader.TryRead(cpu, selector, Vectors.GeneralProtection, 0, out descriptor)
            && (!Modes.IsLong(cpu) || DescriptorReader.TryReadUpper(cpu, selector, Vectors.GeneralProtection, 0, out upper));
    }

    private static bool TryMakeRegister(Cpu* cpu, ushort selector, Descriptor descriptor, ulong upper, out SegmentRegister register)
    {
        register = descriptor.ToRegister(selector);
        register.Base |= upper << 32;
        if (!descriptor.IsPresent)
        {
            Faults.Raise(cpu, Vectors.SegmentNotPresent, DescriptorReader.ErrorCode(selector, 0));
            return false;
        }

        if ((upper >> 40 & 0x1F) != 0 || !Addresses.IsCanonical(register.Base))
        {
            Faults.Protection(cpu, DescriptorReader.ErrorCode(selector, 0));
            return false;
        }

        return true;
    }
}
