using System.Runtime.CompilerServices;

namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_CREATE_PIT2, 64 bytes. linux/kvm.h.</summary>
public unsafe struct kvm_pit_config
{
    public uint flags;
    public fixed uint pad[15];

    /// <summary>Port 0x61 is answered too.</summary>
    public const uint KVM_PIT_SPEAKER_DUMMY = 0x1;
}

/// <summary>Argument of KVM_GET_PIT2 and KVM_SET_PIT2, 112 bytes. asm/kvm.h.</summary>
public unsafe struct kvm_pit_state2
{
    public kvm_pit_channels channels;
    public uint flags;
    public fixed uint reserved[9];

    public const uint KVM_PIT_FLAGS_HPET_LEGACY = 0x1;
    public const uint KVM_PIT_FLAGS_SPEAKER_DATA_ON = 0x2;
}

/// <summary>One channel of the 8254, 24 bytes. asm/kvm.h.</summary>
public struct kvm_pit_channel_state
{
    /// <summary>1 to 65536.</summary>
    public uint count;

    public ushort latched_count;
    public byte count_latched;
    public byte status_latched;
    public byte status;
    public byte read_state;
    public byte write_state;
    public byte write_latch;
    public byte rw_mode;
    public byte mode;
    public byte bcd;
    public byte gate;

    /// <summary>Nanoseconds on the host's monotonic clock.</summary>
    public long count_load_time;
}

/// <summary>The three channels of the 8254, 72 bytes.</summary>
[InlineArray(3)]
public struct kvm_pit_channels
{
    private kvm_pit_channel_state _first;
}
