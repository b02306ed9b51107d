namespace VmmEngine.SoftX86;

/// <summary>What a task-state segment keeps of a task, 16-bit or 32-bit.</summary>
internal unsafe struct TaskImage
{
    /// <summary>CR3; 32-bit only.</summary>
    public uint Cr3;

    /// <summary>EIP.</summary>
    public uint Eip;

    /// <summary>EFLAGS.</summary>
    public uint Eflags;

    /// <summary>The general registers in encoding order.</summary>
    public fixed uint General[8];

    /// <summary>ES CS SS DS FS GS.</summary>
    public fixed ushort Segments[6];

    /// <summary>LDTR.</summary>
    public ushort Ldtr;

    /// <summary>The T bit: #DB after the switch.</summary>
    public bool Trap;

    /// <summary>Last offset that a TSS must have at least.</summary>
    public static uint LeastLimit(bool wide) => wide ? 0x67u : 0x2B;

    /// <summary>Where the part begins that a switch writes into the old task.</summary>
    private static uint FirstSaved(bool wide) => wide ? 32u : 14;

    /// <summary>Reads all of it.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryRead(Cpu* cpu, ulong tss, bool wide, out TaskImage image)
    {
        image = default;
        Cursor cursor = new(tss, wide);
        uint value;
        if (wide)
        {
            cursor.Offset = 28;
            if (!cursor.TryRead(cpu, out image.Cr3))
            {
                return false;
            }
        }

        cursor.Offset = FirstSaved(wide);
        if (!cursor.TryRead(cpu, out image.Eip) || !cursor.TryRead(cpu, out image.Eflags))
        {
            return false;
        }

        for (int i = 0; i < 8; i++)
        {
            if (!cursor.TryRead(cpu, out image.General[i]))
            {
                return false;
            }
        }

        for (int i = 0; i < (wide ? 6 : 4); i++)
        {
            if (!cursor.TryRead(cpu, out value))
            {
                return false;
            }

            image.Segments[i] = (ushort)value;
        }

        if (!cursor.TryRead(cpu, out value))
        {
            return false;
        }

        image.Ldtr = (ushort)value;
        if (wide)
        {
            if (!cursor.TryRead(cpu, out value))
            {
                return false;
            }

            image.Trap = (value & 1) != 0;
        }

        return true;
    }

    /// <summary>Makes sure that <see cref="TrySave"/> can write everywhere.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryProbeSave(Cpu* cpu, ulong tss, bool wide)
    {
        uint first = FirstSaved(wide);
        int bytes = wide ? (10 * 4) + (6 * 4) : (10 * 2) + (4 * 2);
        return LinearMemory.TryProbe(cpu, DescriptorReader.Linear(cpu, tss + first), bytes, Access.Write | Access.System);
    }

    /// <summary>Writes the current task's registers.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TrySave(Cpu* cpu, ulong tss, bool wide, ulong rip, ulong flags)
    {
        Cursor cursor = new(tss, wide) { Offset = FirstSaved(wide) };
        if (!cursor.TryWrite(cpu, rip) || !cursor.TryWrite(cpu, flags))
        {
            return false;
        }

        for (int i = 0; i < 8; i++)
        {
            if (!cursor.TryWrite(cpu, cpu->General[i]))
            {
                return false;
            }
        }

        for (int i = 0; i < (wide ? 6 : 4); i++)
        {
            if (!cursor.TryWrite(cpu, cpu->Segments[i].Selector))
            {
                return false;
            }
        }

        return true;
    }

    private ref struct Cursor(ulong tss, bool wide)
    {
        public uint Offset;

        public bool TryRead(Cpu* cpu, out uint value)
        {
            bool ok = Operands.TryReadMemory(cpu, Advance(cpu), wide ? 4 : 2, Access.Read | Access.System, out ulong read);
            value = (uint)read;
            return ok;
        }

        public bool TryWrite(Cpu* cpu, ulong value) => Operands.TryWriteMemory(cpu, Advance(cpu), value, wide ? 4 : 2, Access.Write | Access.System);

        private ulong Advance(Cpu* cpu)
        {
            ulong linear = DescriptorReader.Linear(cpu, tss + Offset);
            Offset += wide ? 4u : 2;
            return linear;
        }
    }
}
