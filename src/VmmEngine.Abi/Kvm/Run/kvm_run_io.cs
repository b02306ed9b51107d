namespace VmmEngine.Abi.Kvm;

/// <summary>KVM_EXIT_IO, 16 bytes.</summary>
public struct kvm_run_io
{
    /// <summary>A direction below.</summary>
    public byte direction;

    /// <summary>Access width in bytes.</summary>
    public byte size;

    public ushort port;

    /// <summary>Accesses, one after the other in the data.</summary>
    public uint count;

    /// <summary>Bytes from the start of <see cref="kvm_run"/> to the data.</summary>
    public ulong data_offset;

    public const byte KVM_EXIT_IO_IN = 0;
    public const byte KVM_EXIT_IO_OUT = 1;
}

/// <summary>KVM_EXIT_MMIO, 24 bytes.</summary>
public unsafe struct kvm_run_mmio
{
    public ulong phys_addr;
    public fixed byte data[8];

    /// <summary>Valid bytes of <see cref="data"/>.</summary>
    public uint len;

    public byte is_write;
}
