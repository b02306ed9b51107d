namespace VmmEngine.SoftX86;

/// <summary>LAR, LSL, VERR, VERW and ARPL: questions about selectors, answered in ZF.</summary>
internal static unsafe class DescriptorQueries
{
    /// <summary>LAR: access rights.</summary>
    public static Step Lar(Cpu* cpu, MicroOp* op)
    {
        const uint Shown = (1u << SystemTypes.Tss16) | (1u << SystemTypes.Ldt) | (1u << SystemTypes.BusyTss16) | (1u << SystemTypes.CallGate16)
            | (1u << SystemTypes.TaskGate) | (1u << SystemTypes.Tss32) | (1u << SystemTypes.BusyTss32) | (1u << SystemTypes.CallGate32);
        const uint ShownLong = (1u << SystemTypes.Ldt) | (1u << SystemTypes.Tss32) | (1u << SystemTypes.BusyTss32) | (1u << SystemTypes.CallGate32);

        Step step = Ask(cpu, op, Modes.IsLong(cpu) ? ShownLong : Shown, out Descriptor descriptor, out bool visible);
        if (visible)
        {
            Operands.WriteRegister(cpu, op->Destination, (uint)(descriptor.Raw >> 32) & 0xFF_FF00, op->Size);
        }

        return step;
    }

    /// <summary>LSL: the limit, in bytes.</summary>
    public static Step Lsl(Cpu* cpu, MicroOp* op)
    {
        const uint Shown = (1u << SystemTypes.Tss16) | (1u << SystemTypes.Ldt) | (1u << SystemTypes.BusyTss16)
            | (1u << SystemTypes.Tss32) | (1u << SystemTypes.BusyTss32);
        const uint ShownLong = (1u << SystemTypes.Ldt) | (1u << SystemTypes.Tss32) | (1u << SystemTypes.BusyTss32);

        Step step = Ask(cpu, op, Modes.IsLong(cpu) ? ShownLong : Shown, out Descriptor descriptor, out bool visible);
        if (visible)
        {
            Operands.WriteRegister(cpu, op->Destination, descriptor.Limit, op->Size);
        }

        return step;
    }

    /// <summary>VERR: may it be read?</summary>
    public static Step Verr(Cpu* cpu, MicroOp* op) => Verify(cpu, op, write: false);

    /// <summary>VERW: may it be written?</summary>
    public static Step Verw(Cpu* cpu, MicroOp* op) => Verify(cpu, op, write: true);

    /// <summary>ARPL: raises a selector's RPL to that of another one.</summary>
    public static Step Arpl(Cpu* cpu, MicroOp* op)
    {
        if (!Modes.HasDescriptors(cpu))
        {
            return Faults.Undefined(cpu);
        }

        if (!Operands.TryRead(cpu, op, op->Destination, 2, out ulong selector))
        {
            return Step.Fault;
        }

        ulong least = Operands.ReadRegister(cpu, op->Source, 2) & 3;
        bool raise = (selector & 3) < least;
        if (raise && !Operands.TryWrite(cpu, op, op->Destination, (selector & ~3UL) | least, 2, 2))
        {
            return Step.Fault;
        }

        Flags.SetZero(cpu, raise);
        return Step.Next;
    }

    private static Step Ask(Cpu* cpu, MicroOp* op, uint systemTypes, out Descriptor descriptor, out bool visible)
    {
        visible = false;
        if (!TryFind(cpu, op, op->Source, out ushort selector, out descriptor, out bool found))
        {
            return Step.Fault;
        }

        bool isSystem = descriptor.Type < 16;
        visible = found && (!isSystem || (systemTypes >> (int)descriptor.Type & 1) != 0)
            && (descriptor.IsConforming || descriptor.Privilege >= Math.Max(cpu->Cpl, selector & 3u));
        Flags.SetZero(cpu, visible);
        return Step.Next;
    }

    private static Step Verify(Cpu* cpu, MicroOp* op, bool write)
    {
        if (!TryFind(cpu, op, op->Destination, out ushort selector, out Descriptor descriptor, out bool found))
        {
            return Step.Fault;
        }

        bool suits = write ? descriptor.IsWritableData : descriptor.IsReadable;
        bool allowed = descriptor.IsConforming || descriptor.Privilege >= Math.Max(cpu->Cpl, selector & 3u);
        Flags.SetZero(cpu, found && suits && allowed);
        return Step.Next;
    }

    /// <summary>Finds the descriptor; a selector that names none is an answer, not a fault.</summary>
    /// <returns>False: an exception is recorded.</returns>
    private static bool TryFind(Cpu* cpu, MicroOp* op, int register, out ushort selector, out Descriptor descriptor, out bool found)
    {
        selector = 0;
        descriptor = default;
        found = false;
        if (!Modes.HasDescriptors(cpu))
        {
            Faults.Undefined(cpu);
            return false;
        }

        if (!Operands.TryRead(cpu, op, register, 2, out ulong value))
        {
            return false;
        }

        selector = (ushort)value;
        if (DescriptorReader.IsNull(selector) || !DescriptorReader.IsInTable(cpu, selector))
        {
            return true;
        }

        found = true;
        return DescriptorReader.TryRead(cpu, selector, Vectors.GeneralProtection, 0, out descriptor);
    }
}
