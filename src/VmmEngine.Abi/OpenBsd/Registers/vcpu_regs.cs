namespace VmmEngine.Abi.OpenBsd;

/// <summary>
/// Indexes into the arrays of <see cref="vcpu_reg_state"/>. Sheet section 4. The revision before the baseline ordered the
/// segment registers otherwise under the same sizes, which nothing in the interface shows.
/// </summary>
public static class vcpu_regs
{
    public const int VCPU_REGS_RAX = 0;
    public const int VCPU_REGS_RCX = 1;
    public const int VCPU_REGS_RDX = 2;
    public const int VCPU_REGS_RBX = 3;
    public const int VCPU_REGS_RSP = 4;
    public const int VCPU_REGS_RBP = 5;
    public const int VCPU_REGS_RSI = 6;
    public const int VCPU_REGS_RDI = 7;
    public const int VCPU_REGS_R8 = 8;
    public const int VCPU_REGS_R9 = 9;
    public const int VCPU_REGS_R10 = 10;
    public const int VCPU_REGS_R11 = 11;
    public const int VCPU_REGS_R12 = 12;
    public const int VCPU_REGS_R13 = 13;
    public const int VCPU_REGS_R14 = 14;
    public const int VCPU_REGS_R15 = 15;
    public const int VCPU_REGS_RIP = 16;
    public const int VCPU_REGS_RFLAGS = 17;
    public const int VCPU_REGS_NGPRS = 18;

    public const int VCPU_REGS_CR0 = 0;
    public const int VCPU_REGS_CR2 = 1;
    public const int VCPU_REGS_CR3 = 2;
    public const int VCPU_REGS_CR4 = 3;
    public const int VCPU_REGS_CR8 = 4;
    public const int VCPU_REGS_XCR0 = 5;
    public const int VCPU_REGS_PDPTE0 = 6;
    public const int VCPU_REGS_PDPTE1 = 7;
    public const int VCPU_REGS_PDPTE2 = 8;
    public const int VCPU_REGS_PDPTE3 = 9;
    public const int VCPU_REGS_NCRS = 10;

    public const int VCPU_REGS_ES = 0;
    public const int VCPU_REGS_CS = 1;
    public const int VCPU_REGS_SS = 2;
    public const int VCPU_REGS_DS = 3;
    public const int VCPU_REGS_FS = 4;
    public const int VCPU_REGS_GS = 5;
    public const int VCPU_REGS_LDTR = 6;
    public const int VCPU_REGS_TR = 7;
    public const int VCPU_REGS_NSREGS = 8;

    public const int VCPU_REGS_EFER = 0;
    public const int VCPU_REGS_STAR = 1;
    public const int VCPU_REGS_LSTAR = 2;
    public const int VCPU_REGS_CSTAR = 3;
    public const int VCPU_REGS_SFMASK = 4;
    public const int VCPU_REGS_KGSBASE = 5;
    public const int VCPU_REGS_MISC_ENABLE = 6;
    public const int VCPU_REGS_NMSRS = 7;

    public const int VCPU_REGS_DR0 = 0;
    public const int VCPU_REGS_DR1 = 1;
    public const int VCPU_REGS_DR2 = 2;
    public const int VCPU_REGS_DR3 = 3;
    public const int VCPU_REGS_DR6 = 4;
    public const int VCPU_REGS_DR7 = 5;
    public const int VCPU_REGS_NDRS = 6;
}
