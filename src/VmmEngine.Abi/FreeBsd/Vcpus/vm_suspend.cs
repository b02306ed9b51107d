namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_SUSPEND, 4 bytes. Sheet sections 4.6 and 13.</summary>
public struct vm_suspend
{
    /// <summary>A value of <see cref="vm_suspend_how"/>.</summary>
    public int how;
}

/// <summary>Why a VM was suspended. Sheet section 4.6.</summary>
public static class vm_suspend_how
{
    /// <summary>No suspend pending; refused as an argument.</summary>
    public const int VM_SUSPEND_NONE = 0;
    public const int VM_SUSPEND_RESET = 1;
    public const int VM_SUSPEND_POWEROFF = 2;
    public const int VM_SUSPEND_HALT = 3;
    public const int VM_SUSPEND_TRIPLEFAULT = 4;

    /// <summary>Set by the destruction of a VM; clients may pass it too.</summary>
    public const int VM_SUSPEND_DESTROY = 5;

    /// <summary>First refused value.</summary>
    public const int VM_SUSPEND_LAST = 6;
}
