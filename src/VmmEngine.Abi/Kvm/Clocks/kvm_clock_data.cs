namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_GET_CLOCK and KVM_SET_CLOCK, 48 bytes. linux/kvm.h.</summary>
public unsafe struct kvm_clock_data
{
    /// <summary>Nanoseconds.</summary>
    public ulong clock;

    public uint flags;
    public uint pad0;

    /// <summary>Nanoseconds since 1970, with REALTIME.</summary>
    public ulong realtime;

    /// <summary>With HOST_TSC.</summary>
    public ulong host_tsc;

    public fixed uint pad[4];

    public const uint KVM_CLOCK_TSC_STABLE = 0x2;
    public const uint KVM_CLOCK_REALTIME = 0x4;
    public const uint KVM_CLOCK_HOST_TSC = 0x8;
}
