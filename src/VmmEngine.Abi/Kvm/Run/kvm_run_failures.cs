namespace VmmEngine.Abi.Kvm;

/// <summary>KVM_EXIT_UNKNOWN, 8 bytes.</summary>
public struct kvm_run_hw
{
    public ulong hardware_exit_reason;
}

/// <summary>KVM_EXIT_FAIL_ENTRY, 16 bytes.</summary>
public struct kvm_run_fail_entry
{
    public ulong hardware_entry_failure_reason;

    /// <summary>The host CPU.</summary>
    public uint cpu;
}

/// <summary>KVM_EXIT_EXCEPTION, 8 bytes.</summary>
public struct kvm_run_ex
{
    public uint exception;
    public uint error_code;
}

/// <summary>KVM_EXIT_INTERNAL_ERROR, 136 bytes.</summary>
public unsafe struct kvm_run_internal
{
    public uint suberror;

    /// <summary>Valid elements of <see cref="data"/>.</summary>
    public uint ndata;

    public fixed ulong data[16];

    public const uint KVM_INTERNAL_ERROR_EMULATION = 1;
    public const uint KVM_INTERNAL_ERROR_SIMUL_EX = 2;
    public const uint KVM_INTERNAL_ERROR_DELIVERY_EV = 3;
    public const uint KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON = 4;
}

/// <summary>KVM_EXIT_INTERNAL_ERROR with suberror EMULATION, 32 bytes.</summary>
public unsafe struct kvm_run_emulation_failure
{
    public uint suberror;
    public uint ndata;

    /// <summary>Bits below: which of the following fields are valid.</summary>
    public ulong flags;

    public byte insn_size;
    public fixed byte insn_bytes[15];

    public const ulong KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES = 0x1;
}
