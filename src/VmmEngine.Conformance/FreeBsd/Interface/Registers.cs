namespace VmmEngine.Conformance.FreeBsd.Interface;

/// <summary>Register numbers.</summary>
internal static class Registers
{
    public const int Rax = 0;
    public const int Rbx = 1;
    public const int Rcx = 2;
    public const int Rdx = 3;
    public const int Rsi = 4;
    public const int Rdi = 5;
    public const int R15 = 14;
    public const int Cr0 = 15;
    public const int Cr3 = 16;
    public const int Cr4 = 17;
    public const int Dr7 = 18;
    public const int Rsp = 19;
    public const int Rip = 20;
    public const int Rflags = 21;
    public const int Es = 22;
    public const int Cs = 23;
    public const int Ss = 24;
    public const int Ds = 25;
    public const int Fs = 26;
    public const int Gs = 27;
    public const int Ldtr = 28;
    public const int Tr = 29;
    public const int Idtr = 30;
    public const int Gdtr = 31;
    public const int Efer = 32;
    public const int Cr2 = 33;
    public const int InterruptShadow = 38;
    public const int Dr0 = 39;
    public const int Tpr = 48;

    /// <summary>The first number that is none.</summary>
    public const int Last = 49;
}
