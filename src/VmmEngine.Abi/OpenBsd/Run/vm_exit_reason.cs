namespace VmmEngine.Abi.OpenBsd;

/// <summary>
/// Exit reasons, 16 bits wide: the codes of VMX, and two of the driver's own. Sheet section 4. The driver also passes on
/// SVM's codes, which overlap these; an engine speaks one dialect, and this is the one that fills every field.
/// </summary>
public static class vm_exit_reason
{
    public const ushort VMX_EXIT_NMI = 0;
    public const ushort VMX_EXIT_EXTINT = 1;
    public const ushort VMX_EXIT_TRIPLE_FAULT = 2;
    public const ushort VMX_EXIT_INIT = 3;
    public const ushort VMX_EXIT_SIPI = 4;
    public const ushort VMX_EXIT_IO_SMI = 5;
    public const ushort VMX_EXIT_OTHER_SMI = 6;
    public const ushort VMX_EXIT_INT_WINDOW = 7;
    public const ushort VMX_EXIT_NMI_WINDOW = 8;
    public const ushort VMX_EXIT_TASK_SWITCH = 9;
    public const ushort VMX_EXIT_CPUID = 10;
    public const ushort VMX_EXIT_GETSEC = 11;
    public const ushort VMX_EXIT_HLT = 12;
    public const ushort VMX_EXIT_INVD = 13;
    public const ushort VMX_EXIT_INVLPG = 14;
    public const ushort VMX_EXIT_RDPMC = 15;
    public const ushort VMX_EXIT_RDTSC = 16;
    public const ushort VMX_EXIT_RSM = 17;
    public const ushort VMX_EXIT_VMCALL = 18;
    public const ushort VMX_EXIT_VMCLEAR = 19;
    public const ushort VMX_EXIT_VMLAUNCH = 20;
    public const ushort VMX_EXIT_VMPTRLD = 21;
    public const ushort VMX_EXIT_VMPTRST = 22;
    public const ushort VMX_EXIT_VMREAD = 23;
    public const ushort VMX_EXIT_VMRESUME = 24;
    public const ushort VMX_EXIT_VMWRITE = 25;
    public const ushort VMX_EXIT_VMXOFF = 26;
    public const ushort VMX_EXIT_VMXON = 27;
    public const ushort VMX_EXIT_CR_ACCESS = 28;
    public const ushort VMX_EXIT_MOV_DR = 29;
    public const ushort VMX_EXIT_IO = 30;
    public const ushort VMX_EXIT_RDMSR = 31;
    public const ushort VMX_EXIT_WRMSR = 32;
    public const ushort VMX_EXIT_ENTRY_FAILED_GUEST_STATE = 33;
    public const ushort VMX_EXIT_ENTRY_FAILED_MSR_LOAD = 34;
    public const ushort VMX_EXIT_MWAIT = 36;
    public const ushort VMX_EXIT_MTF = 37;
    public const ushort VMX_EXIT_MONITOR = 39;
    public const ushort VMX_EXIT_PAUSE = 40;
    public const ushort VMX_EXIT_ENTRY_FAILED_MCE = 41;
    public const ushort VMX_EXIT_TPR_BELOW_THRESHOLD = 43;
    public const ushort VMX_EXIT_APIC_ACCESS = 44;
    public const ushort VMX_EXIT_VIRTUALIZED_EOI = 45;
    public const ushort VMX_EXIT_GDTR_IDTR = 46;
    public const ushort VMX_EXIT_LDTR_TR = 47;
    public const ushort VMX_EXIT_EPT_VIOLATION = 48;
    public const ushort VMX_EXIT_EPT_MISCONFIGURATION = 49;
    public const ushort VMX_EXIT_INVEPT = 50;
    public const ushort VMX_EXIT_RDTSCP = 51;
    public const ushort VMX_EXIT_VMX_PREEMPTION_TIMER_EXPIRED = 52;
    public const ushort VMX_EXIT_INVVPID = 53;
    public const ushort VMX_EXIT_WBINVD = 54;
    public const ushort VMX_EXIT_XSETBV = 55;
    public const ushort VMX_EXIT_APIC_WRITE = 56;
    public const ushort VMX_EXIT_RDRAND = 57;
    public const ushort VMX_EXIT_INVPCID = 58;
    public const ushort VMX_EXIT_VMFUNC = 59;
    public const ushort VMX_EXIT_RDSEED = 61;
    public const ushort VMX_EXIT_XSAVES = 63;
    public const ushort VMX_EXIT_XRSTORS = 64;

    /// <summary>The vCPU ended; written by a call that fails, and so never seen by a client.</summary>
    public const ushort VM_EXIT_TERMINATED = 0xFFFE;

    /// <summary>Nothing to help with: call again.</summary>
    public const ushort VM_EXIT_NONE = 0xFFFF;
}
