namespace VmmEngine.Abi.FreeBsd;

/// <summary>Payload of exit code HLT, 16 bytes. Sheet section 5.3.</summary>
public struct vm_exit_hlt
{
    public ulong rflags;
    public ulong intr_status;
}

/// <summary>Payload of exit code IOAPIC_EOI, 4 bytes. Sheet section 5.3.</summary>
public struct vm_exit_ioapic_eoi
{
    public int vector;
}

/// <summary>Payload of exit code SUSPENDED, 4 bytes. Sheet section 5.3.</summary>
public struct vm_exit_suspended
{
    /// <summary>A value of <see cref="vm_suspend_how"/>.</summary>
    public int how;
}

/// <summary>Payload of exit code SPINUP_AP, 16 bytes. Sheet section 5.3.</summary>
public struct vm_exit_spinup_ap
{
    public int vcpu;
    public ulong rip;
}
