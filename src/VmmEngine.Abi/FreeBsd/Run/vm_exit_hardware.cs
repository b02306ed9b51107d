namespace VmmEngine.Abi.FreeBsd;

/// <summary>Payload of exit code VMX, 24 bytes: an exit the driver could not handle. Sheet section 5.3.</summary>
public struct vm_exit_vmx
{
    public int status;
    public uint exit_reason;
    public ulong exit_qualification;
    public int inst_type;
    public int inst_error;
}

/// <summary>Payload of exit code SVM, 24 bytes: an exit the driver could not handle. Sheet section 5.3.</summary>
public struct vm_exit_svm
{
    public ulong exitcode;
    public ulong exitinfo1;
    public ulong exitinfo2;
}

/// <summary>Payload of exit codes RDMSR and WRMSR, 16 bytes. Sheet section 5.3.</summary>
public struct vm_exit_msr
{
    public uint code;

    /// <summary>The value to write, for WRMSR.</summary>
    public ulong wval;
}
