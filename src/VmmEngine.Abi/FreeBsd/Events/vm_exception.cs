namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_INJECT_EXCEPTION, 20 bytes. Sheet section 8.</summary>
public struct vm_exception
{
    public int cpuid;

    /// <summary>0 to 31 without 8.</summary>
    public int vector;

    public uint error_code;
    public int error_code_valid;

    /// <summary>Not 0: the next entry begins at the current RIP again.</summary>
    public int restart_instruction;
}
