namespace VmmEngine.Abi.Kvm;

/// <summary>
/// The page a vCPU's descriptor maps at offset 0, 2352 bytes; the whole mapping measures KVM_GET_VCPU_MMAP_SIZE bytes.
/// linux/kvm.h.
/// </summary>
public unsafe struct kvm_run
{
    /// <summary>Input: leave as soon as the guest can take an interrupt.</summary>
    public byte request_interrupt_window;

    /// <summary>Input: KVM_RUN returns EINTR at once; a signal handler may set it.</summary>
    public byte immediate_exit;

    public fixed byte padding1[6];

    /// <summary>A value of <see cref="kvm_exit"/>; selects the member of <see cref="u"/>.</summary>
    public uint exit_reason;

    public byte ready_for_interrupt_injection;
    public byte if_flag;
    public ushort flags;

    /// <summary>Both ways, when no interrupt chip is in the kernel.</summary>
    public ulong cr8;

    /// <summary>Both ways, when no interrupt chip is in the kernel.</summary>
    public ulong apic_base;

    public kvm_run_u u;

    /// <summary>KVM_SYNC_X86 bits of <see cref="kvm_sync_regs"/>: what the kernel stores into <see cref="s"/> at each exit.</summary>
    public ulong kvm_valid_regs;

    /// <summary>The same bits: what the kernel loads from <see cref="s"/> at the next entry.</summary>
    public ulong kvm_dirty_regs;

    public kvm_run_s s;
}
