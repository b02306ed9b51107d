namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_CREATE_DEVICE, 12 bytes. linux/kvm.h.</summary>
public struct kvm_create_device
{
    public uint type;

    /// <summary>The new descriptor; output.</summary>
    public uint fd;

    public uint flags;

    /// <summary>Only ask whether the type exists.</summary>
    public const uint KVM_CREATE_DEVICE_TEST = 0x1;

    public const uint KVM_DEV_TYPE_VFIO = 4;
}

/// <summary>Argument of KVM_SET_DEVICE_ATTR, KVM_GET_DEVICE_ATTR and KVM_HAS_DEVICE_ATTR, 24 bytes. linux/kvm.h.</summary>
public struct kvm_device_attr
{
    public uint flags;

    /// <summary>Defined by the device.</summary>
    public uint group;

    /// <summary>Defined by the group.</summary>
    public ulong attr;

    /// <summary>Address of the value in this process.</summary>
    public ulong addr;
}
