namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_GET_REGISTER and VM_SET_REGISTER, 16 bytes. Sheet section 7.</summary>
public struct vm_register
{
    public int cpuid;

    /// <summary>A value of <see cref="vm_reg_name"/>.</summary>
    public int regnum;

    public ulong regval;
}
