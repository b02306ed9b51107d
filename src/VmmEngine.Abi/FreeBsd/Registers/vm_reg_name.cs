namespace VmmEngine.Abi.FreeBsd;

/// <summary>Register numbers. Sheet section 7. Segment registers under these numbers mean their selectors.</summary>
public static class vm_reg_name
{
    public const int VM_REG_GUEST_RAX = 0;
    public const int VM_REG_GUEST_RBX = 1;
    public const int VM_REG_GUEST_RCX = 2;
    public const int VM_REG_GUEST_RDX = 3;
    public const int VM_REG_GUEST_RSI = 4;
    public const int VM_REG_GUEST_RDI = 5;
    public const int VM_REG_GUEST_RBP = 6;
    public const int VM_REG_GUEST_R8 = 7;
    public const int VM_REG_GUEST_R9 = 8;
    public const int VM_REG_GUEST_R10 = 9;
    public const int VM_REG_GUEST_R11 = 10;
    public const int VM_REG_GUEST_R12 = 11;
    public const int VM_REG_GUEST_R13 = 12;
    public const int VM_REG_GUEST_R14 = 13;
    public const int VM_REG_GUEST_R15 = 14;
    public const int VM_REG_GUEST_CR0 = 15;
    public const int VM_REG_GUEST_CR3 = 16;
    public const int VM_REG_GUEST_CR4 = 17;
    public const int VM_REG_GUEST_DR7 = 18;
    public const int VM_REG_GUEST_RSP = 19;
    public const int VM_REG_GUEST_RIP = 20;
    public const int VM_REG_GUEST_RFLAGS = 21;
    public const int VM_REG_GUEST_ES = 22;
    public const int VM_REG_GUEST_CS = 23;
    public const int VM_REG_GUEST_SS = 24;
    public const int VM_REG_GUEST_DS = 25;
    public const int VM_REG_GUEST_FS = 26;
    public const int VM_REG_GUEST_GS = 27;
    public const int VM_REG_GUEST_LDTR = 28;
    public const int VM_REG_GUEST_TR = 29;
    public const int VM_REG_GUEST_IDTR = 30;
    public const int VM_REG_GUEST_GDTR = 31;
    public const int VM_REG_GUEST_EFER = 32;
    public const int VM_REG_GUEST_CR2 = 33;
    public const int VM_REG_GUEST_PDPTE0 = 34;
    public const int VM_REG_GUEST_PDPTE1 = 35;
    public const int VM_REG_GUEST_PDPTE2 = 36;
    public const int VM_REG_GUEST_PDPTE3 = 37;
    public const int VM_REG_GUEST_INTR_SHADOW = 38;
    public const int VM_REG_GUEST_DR0 = 39;
    public const int VM_REG_GUEST_DR1 = 40;
    public const int VM_REG_GUEST_DR2 = 41;
    public const int VM_REG_GUEST_DR3 = 42;
    public const int VM_REG_GUEST_DR6 = 43;
    public const int VM_REG_GUEST_ENTRY_INST_LENGTH = 44;
    public const int VM_REG_GUEST_FS_BASE = 45;
    public const int VM_REG_GUEST_GS_BASE = 46;
    public const int VM_REG_GUEST_KGS_BASE = 47;

    /// <summary>In the form of CR8: 0 to 15.</summary>
    public const int VM_REG_GUEST_TPR = 48;

    /// <summary>Count of register numbers; as a number itself EINVAL, as a segment register of <see cref="vie"/> "none".</summary>
    public const int VM_REG_LAST = 49;
}
