namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_IOEVENTFD, 64 bytes: an eventfd told of guest writes, in place of an exit. linux/kvm.h.</summary>
public unsafe struct kvm_ioeventfd
{
    /// <summary>With DATAMATCH: the only value that counts.</summary>
    public ulong datamatch;

    /// <summary>Guest-physical address, or port with PIO.</summary>
    public ulong addr;

    /// <summary>Bytes: 1, 2, 4 or 8, or 0 for any.</summary>
    public uint len;

    public int fd;
    public uint flags;
    public fixed byte pad[36];

    public const uint KVM_IOEVENTFD_FLAG_DATAMATCH = 0x1;
    public const uint KVM_IOEVENTFD_FLAG_PIO = 0x2;
    public const uint KVM_IOEVENTFD_FLAG_DEASSIGN = 0x4;
}
