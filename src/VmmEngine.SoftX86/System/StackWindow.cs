using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>
/// A stack that is read or written before it is certain that the instruction, or the delivery, takes place: RSP changes when the caller says so.
/// </summary>
internal unsafe struct StackWindow
{
    private readonly SegmentRegister _segment;
    private readonly ulong _mask;
    private readonly Access _level;
    private readonly uint _error;
    private readonly bool _flat;
    private ulong _pointer;

    /// <summary>A window on a stack.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="segment">Its segment.</param>
    /// <param name="pointer">Its top.</param>
    /// <param name="privilege">The level that accesses it.</param>
    /// <param name="flat">64-bit: no limit, canonical addresses.</param>
    /// <param name="error">The error code of #SS.</param>
    public StackWindow(Cpu* cpu, in SegmentRegister segment, ulong pointer, uint privilege, bool flat, uint error)
    {
        _segment = segment;
        _flat = flat;
        _mask = flat ? ulong.MaxValue : (segment.Access & AccessBits.Big) != 0 ? uint.MaxValue : ushort.MaxValue;
        _pointer = pointer;
        _level = privilege < 3 && cpu->Cpl == 3 ? Access.System : Access.Read;
        _error = error;
    }

    /// <summary>The current stack.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="error">The error code of #SS.</param>
    public StackWindow(Cpu* cpu, uint error = 0)
        : this(cpu, cpu->Segments[SegmentIndex.Ss], cpu->General[RegisterIndex.Rsp], cpu->Cpl, Modes.Is64Bit(cpu), error)
    {
    }

    /// <summary>The value for RSP: above the width of the stack, the register keeps what it has.</summary>
    /// <param name="old">RSP before.</param>
    public readonly ulong Merge(ulong old) => _mask == uint.MaxValue ? (uint)_pointer : (old & ~_mask) | (_pointer & _mask);

    /// <summary>Moves the top without an access.</summary>
    public void Skip(ulong bytes) => _pointer += bytes;

    /// <summary>Pushes one element.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public bool TryPush(Cpu* cpu, ulong value, int size)
    {
        ulong pointer = _pointer - (uint)size;
        if (!TryLinear(cpu, pointer, size, out ulong linear) || !Operands.TryWriteMemory(cpu, linear, value, size, Access.Write | _level))
        {
            return false;
        }

        _pointer = pointer;
        return true;
    }

    /// <summary>Pops one element.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public bool TryPop(Cpu* cpu, int size, out ulong value)
    {
        if (!TryPeek(cpu, 0, size, out value))
        {
            return false;
        }

        _pointer += (uint)size;
        return true;
    }

    /// <summary>Reads an element above the top.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public readonly bool TryPeek(Cpu* cpu, int distance, int size, out ulong value)
    {
        value = 0;
        return TryLinear(cpu, _pointer + (uint)distance, size, out ulong linear)
            && Operands.TryReadMemory(cpu, linear, size, Access.Read | _level, out value);
    }

    private readonly bool TryLinear(Cpu* cpu, ulong pointer, int size, out ulong linear)
    {
        ulong offset = pointer & _mask;
        bool inside = _flat
            ? Addresses.IsCanonical(offset) && Addresses.IsCanonical(offset + (uint)(size - 1))
            : (_segment.Access & AccessBits.Unusable) == 0 && SegmentLimits.Contains(_segment, offset, (uint)size);
        linear = _flat ? offset : DescriptorReader.Linear(cpu, (uint)(_segment.Base + offset));
        if (!inside)
        {
            Faults.Raise(cpu, Vectors.StackFault, _error);
        }

        return inside;
    }
}
