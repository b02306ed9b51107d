namespace VmmEngine.Abi.FreeBsd;

/// <summary>Exit codes. Sheet section 5.2, which also says which of them reach a client.</summary>
public static class vm_exitcode
{
    public const int VM_EXITCODE_INOUT = 0;
    public const int VM_EXITCODE_VMX = 1;

    /// <summary>The host thread had work to do: call again.</summary>
    public const int VM_EXITCODE_BOGUS = 2;
    public const int VM_EXITCODE_RDMSR = 3;
    public const int VM_EXITCODE_WRMSR = 4;
    public const int VM_EXITCODE_HLT = 5;
    public const int VM_EXITCODE_MTRAP = 6;
    public const int VM_EXITCODE_PAUSE = 7;
    public const int VM_EXITCODE_PAGING = 8;
    public const int VM_EXITCODE_INST_EMUL = 9;
    public const int VM_EXITCODE_SPINUP_AP = 10;
    public const int VM_EXITCODE_DEPRECATED1 = 11;
    public const int VM_EXITCODE_RENDEZVOUS = 12;
    public const int VM_EXITCODE_IOAPIC_EOI = 13;
    public const int VM_EXITCODE_SUSPENDED = 14;
    public const int VM_EXITCODE_INOUT_STR = 15;
    public const int VM_EXITCODE_TASK_SWITCH = 16;
    public const int VM_EXITCODE_MONITOR = 17;
    public const int VM_EXITCODE_MWAIT = 18;
    public const int VM_EXITCODE_SVM = 19;

    /// <summary>Another command needed the vCPU: call again.</summary>
    public const int VM_EXITCODE_REQIDLE = 20;
    public const int VM_EXITCODE_DEBUG = 21;
    public const int VM_EXITCODE_VMINSN = 22;
    public const int VM_EXITCODE_BPT = 23;
    public const int VM_EXITCODE_IPI = 24;
    public const int VM_EXITCODE_DB = 25;

    /// <summary>Count of exit codes.</summary>
    public const int VM_EXITCODE_MAX = 26;
}
