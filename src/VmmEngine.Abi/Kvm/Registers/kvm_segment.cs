namespace VmmEngine.Abi.Kvm;

/// <summary>A segment register with its hidden part, 24 bytes. asm/kvm.h. Each attribute has a byte of its own.</summary>
public struct kvm_segment
{
    public ulong @base;

    /// <summary>Offset of the last byte, in bytes.</summary>
    public uint limit;

    public ushort selector;
    public byte type;
    public byte present;
    public byte dpl;
    public byte db;
    public byte s;
    public byte l;
    public byte g;
    public byte avl;
    public byte unusable;
    public byte padding;
}

/// <summary>GDTR or IDTR, 16 bytes. asm/kvm.h.</summary>
public unsafe struct kvm_dtable
{
    public ulong @base;

    /// <summary>Offset of the last byte, in bytes.</summary>
    public ushort limit;

    public fixed ushort padding[3];
}
