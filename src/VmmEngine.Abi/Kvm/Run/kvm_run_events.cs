namespace VmmEngine.Abi.Kvm;

/// <summary>KVM_EXIT_DEBUG, 32 bytes. asm/kvm.h.</summary>
public struct kvm_debug_exit_arch
{
    public uint exception;
    public uint pad;
    public ulong pc;
    public ulong dr6;
    public ulong dr7;
}

/// <summary>KVM_EXIT_HYPERCALL, 72 bytes.</summary>
public unsafe struct kvm_run_hypercall
{
    public ulong nr;
    public fixed ulong args[6];
    public ulong ret;

    /// <summary>The header's latest form shares these bytes, and the padding after them, with flags of 64 bits.</summary>
    public uint longmode;
}

/// <summary>KVM_EXIT_TPR_ACCESS, 16 bytes.</summary>
public struct kvm_run_tpr_access
{
    public ulong rip;
    public uint is_write;
    public uint pad;
}

/// <summary>KVM_EXIT_SYSTEM_EVENT, 136 bytes.</summary>
public unsafe struct kvm_run_system_event
{
    public uint type;

    /// <summary>Valid elements of <see cref="data"/>.</summary>
    public uint ndata;

    /// <summary>The first element also goes by the name flags.</summary>
    public fixed ulong data[16];

    public const uint KVM_SYSTEM_EVENT_SHUTDOWN = 1;
    public const uint KVM_SYSTEM_EVENT_RESET = 2;
    public const uint KVM_SYSTEM_EVENT_CRASH = 3;
}

/// <summary>KVM_EXIT_IOAPIC_EOI, 1 byte.</summary>
public struct kvm_run_eoi
{
    public byte vector;
}

/// <summary>KVM_EXIT_X86_RDMSR and KVM_EXIT_X86_WRMSR, 24 bytes.</summary>
public unsafe struct kvm_run_msr
{
    /// <summary>Input: not 0 gives the guest a general-protection fault.</summary>
    public byte error;

    public fixed byte pad[7];
    public uint reason;
    public uint index;

    /// <summary>The value to write on WRMSR; input on RDMSR.</summary>
    public ulong data;

    public const uint KVM_MSR_EXIT_REASON_INVAL = 0x1;
    public const uint KVM_MSR_EXIT_REASON_UNKNOWN = 0x2;
    public const uint KVM_MSR_EXIT_REASON_FILTER = 0x4;
}

/// <summary>KVM_EXIT_NOTIFY, 4 bytes.</summary>
public struct kvm_run_notify
{
    public uint flags;

    public const uint KVM_NOTIFY_CONTEXT_INVALID = 0x1;
}
