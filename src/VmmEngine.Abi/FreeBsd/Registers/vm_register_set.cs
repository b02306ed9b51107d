namespace VmmEngine.Abi.FreeBsd;

/// <summary>
/// Argument of VM_GET_REGISTER_SET and VM_SET_REGISTER_SET, 24 bytes. Sheet section 7. The values travel through
/// <see cref="regvals"/>, not through the argument itself.
/// </summary>
public unsafe struct vm_register_set
{
    public int cpuid;

    /// <summary>Elements of both arrays; more than <see cref="vm_reg_name.VM_REG_LAST"/> is EINVAL.</summary>
    public uint count;

    /// <summary>The caller's array of <see cref="vm_reg_name"/> values.</summary>
    public int* regnums;

    /// <summary>The caller's array of values, in the order of <see cref="regnums"/>.</summary>
    public ulong* regvals;
}
