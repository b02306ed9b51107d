namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_REGISTER_COALESCED_MMIO and KVM_UNREGISTER_COALESCED_MMIO, 16 bytes. linux/kvm.h.</summary>
public struct kvm_coalesced_mmio_zone
{
    public ulong addr;

    /// <summary>Bytes.</summary>
    public uint size;

    /// <summary>1 for ports, 0 for memory.</summary>
    public uint pio;
}

/// <summary>One write in the ring of coalesced writes, 24 bytes. linux/kvm.h.</summary>
public unsafe struct kvm_coalesced_mmio
{
    public ulong phys_addr;

    /// <summary>Valid bytes of <see cref="data"/>.</summary>
    public uint len;

    /// <summary>1 for a port, 0 for memory.</summary>
    public uint pio;

    public fixed byte data[8];
}
