namespace VmmEngine.SoftX86;

/// <summary>Descriptors in guest memory.</summary>
internal static unsafe class DescriptorReader
{
    /// <summary>True for selectors 0 to 3.</summary>
    public static bool IsNull(ushort selector) => (selector & ~3) == 0;

    /// <summary>True if the selector's eight bytes are inside its table.</summary>
    public static bool IsInTable(Cpu* cpu, ushort selector) => TryLocate(cpu, selector, 8, out _);

    /// <summary>A selector as an error code.</summary>
    /// <param name="selector">The selector; its RPL is dropped.</param>
    /// <param name="external">1 while an event is delivered that the program did not ask for.</param>
    public static uint ErrorCode(ushort selector, uint external) => (selector & 0xFFFCu) | external;

    /// <summary>Reads the descriptor that a selector names; the selector is not null.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="selector">The selector.</param>
    /// <param name="vector">What is raised, with the selector, if it is beyond its table: #GP or #TS.</param>
    /// <param name="external">The EXT bit of the error code.</param>
    /// <param name="descriptor">The descriptor.</param>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryRead(Cpu* cpu, ushort selector, byte vector, uint external, out Descriptor descriptor)
    {
        ulong raw = 0;
        bool ok = TryLocate(cpu, selector, 8, out ulong linear);
        if (!ok)
        {
            Faults.Raise(cpu, vector, ErrorCode(selector, external));
        }
        else
        {
            ok = LinearMemory.TryRead(cpu, linear, out raw, Access.Read | Access.System);
        }

        descriptor = new Descriptor(raw);
        return ok;
    }

    /// <summary>Reads the upper half of a 16-byte descriptor of long mode.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="selector">The selector.</param>
    /// <param name="vector">What is raised if it is beyond its table.</param>
    /// <param name="external">The EXT bit of the error code.</param>
    /// <param name="upper">The upper 32 bits of the base or of the offset; above them the bits that must be clear.</param>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryReadUpper(Cpu* cpu, ushort selector, byte vector, uint external, out ulong upper)
    {
        upper = 0;
        if (!TryLocate(cpu, selector, 16, out ulong linear))
        {
            Faults.Raise(cpu, vector, ErrorCode(selector, external));
            return false;
        }

        return LinearMemory.TryRead(cpu, linear + 8, out upper, Access.Read | Access.System);
    }

    /// <summary>Sets the accessed bit of a code or data descriptor, in memory too if it is not set there.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryMarkAccessed(Cpu* cpu, ushort selector, ref Descriptor descriptor)
    {
        if ((descriptor.Access & AccessBits.Accessed) != 0)
        {
            return true;
        }

        descriptor = new Descriptor(descriptor.Raw | (1UL << 40));
        return TryWriteAccess(cpu, selector, descriptor);
    }

    /// <summary>Writes the busy bit of a TSS descriptor.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryMarkBusy(Cpu* cpu, ushort selector, Descriptor descriptor, bool busy)
    {
        const ulong Bit = (ulong)SystemTypes.Busy << 40;
        return TryWriteAccess(cpu, selector, new Descriptor(busy ? descriptor.Raw | Bit : descriptor.Raw & ~Bit));
    }

    /// <summary>A linear address of the current mode: 32 bits wide outside long mode.</summary>
    public static ulong Linear(Cpu* cpu, ulong address) => Modes.IsLong(cpu) ? address : (uint)address;

    private static bool TryWriteAccess(Cpu* cpu, ushort selector, Descriptor descriptor) =>
        TryLocate(cpu, selector, 8, out ulong linear)
        && LinearMemory.TryWrite(cpu, Linear(cpu, linear + 5), (byte)descriptor.Access, Access.Write | Access.System);

    /// <returns>False: beyond its table. Nothing is recorded.</returns>
    private static bool TryLocate(Cpu* cpu, ushort selector, int size, out ulong linear)
    {
        uint offset = selector & 0xFFF8u;
        ulong tableBase = cpu->Gdtr.Base;
        uint limit = cpu->Gdtr.Limit;
        if ((selector & 4) != 0)
        {
            if ((cpu->Segments[SegmentIndex.Ldtr].Access & AccessBits.Unusable) != 0)
            {
                linear = 0;
                return false;
            }

            tableBase = cpu->Segments[SegmentIndex.Ldtr].Base;
            limit = cpu->Segments[SegmentIndex.Ldtr].Limit;
        }

        linear = Linear(cpu, tableBase + offset);
        return offset + (uint)(size - 1) <= limit;
    }
}
