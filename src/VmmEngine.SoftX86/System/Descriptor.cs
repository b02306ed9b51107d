using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>Eight bytes of a descriptor table, read once.</summary>
internal readonly struct Descriptor(ulong raw)
{
    /// <summary>The eight bytes.</summary>
    public ulong Raw => raw;

    /// <summary>Access rights as <see cref="SegmentRegister.Access"/> has them.</summary>
    public uint Access => (uint)(raw >> 40) & 0xF0FF;

    /// <summary>The type of a system descriptor, one of <see cref="SystemTypes"/>; 16 and above for code and data.</summary>
    public uint Type => Access & AccessBits.TypeMask;

    /// <summary>Descriptor privilege level.</summary>
    public uint Privilege => Access >> AccessBits.PrivilegeShift & 3;

    /// <summary>P.</summary>
    public bool IsPresent => (Access & AccessBits.Present) != 0;

    /// <summary>A code segment.</summary>
    public bool IsCode => (Access & (AccessBits.NotSystem | AccessBits.Code)) == (AccessBits.NotSystem | AccessBits.Code);

    /// <summary>A conforming code segment.</summary>
    public bool IsConforming => IsCode && (Access & AccessBits.Conforming) != 0;

    /// <summary>A data segment.</summary>
    public bool IsData => (Access & (AccessBits.NotSystem | AccessBits.Code)) == AccessBits.NotSystem;

    /// <summary>A data segment that can be written.</summary>
    public bool IsWritableData => IsData && (Access & AccessBits.Writable) != 0;

    /// <summary>A data segment, or code that can be read.</summary>
    public bool IsReadable => IsData || (IsCode && (Access & AccessBits.Writable) != 0);

    /// <summary>A TSS, 16-bit or 32-bit, that is not busy.</summary>
    public bool IsAvailableTss => Type is SystemTypes.Tss16 or SystemTypes.Tss32;

    /// <summary>A TSS, 16-bit or 32-bit, that is busy.</summary>
    public bool IsBusyTss => Type is SystemTypes.BusyTss16 or SystemTypes.BusyTss32;

    /// <summary>The low 32 bits of the base.</summary>
    public uint Base => ((uint)(raw >> 16) & 0xFF_FFFF) | (uint)(raw >> 56 << 24);

    /// <summary>Last valid offset, in bytes.</summary>
    public uint Limit
    {
        get
        {
            uint limit = (uint)(raw & 0xFFFF) | ((uint)(raw >> 32) & 0xF_0000);
            return (Access & AccessBits.Granular) != 0 ? (limit << 12) | 0xFFF : limit;
        }
    }

    /// <summary>A gate's offset, the low 32 bits.</summary>
    public uint GateOffset => (uint)(raw & 0xFFFF) | ((uint)(raw >> 32) & 0xFFFF_0000);

    /// <summary>A gate's selector.</summary>
    public ushort GateSelector => (ushort)(raw >> 16);

    /// <summary>How many parameters a call gate copies.</summary>
    public int GateParameters => (int)(raw >> 32) & 0x1F;

    /// <summary>Which stack a 64-bit interrupt gate wants, 1 to 7; 0 for none.</summary>
    public int GateStack => (int)(raw >> 32) & 7;

    /// <summary>The segment register that holds it.</summary>
    /// <param name="selector">The visible part.</param>
    public SegmentRegister ToRegister(ushort selector) => new() { Base = Base, Limit = Limit, Access = Access, Selector = selector };
}
