namespace VmmEngine.Abi.OpenBsd.Baseline;

/// <summary>Argument of VMM_IOC_RUN, 48 bytes. Sheet sections 3 and 7.3, baseline.</summary>
public unsafe struct vm_run_params
{
    public uint vrp_vm_id;
    public uint vrp_vcpu_id;

    /// <summary>Not 0: <see cref="vrp_exit"/> answers the exit before.</summary>
    public byte vrp_continue;

    public vcpu_inject_event vrp_inject;

    /// <summary>Not 0: return as soon as the guest can take an interrupt.</summary>
    public byte vrp_intr_pending;

    /// <summary>The caller's; written on every successful return.</summary>
    public vm_exit* vrp_exit;

    /// <summary>A value of <see cref="vm_exit_reason"/>; output.</summary>
    public ushort vrp_exit_reason;

    /// <summary>1 when the guest can take an interrupt; output.</summary>
    public byte vrp_irqready;
}
