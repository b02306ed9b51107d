namespace VmmEngine.Abi.OpenBsd;

/// <summary>Exception vectors of <see cref="vcpu_inject_event.vie_vector"/>. Sheet section 4.</summary>
public static class vmm_ex
{
    public const byte VMM_EX_DE = 0;
    public const byte VMM_EX_DB = 1;
    public const byte VMM_EX_NMI = 2;
    public const byte VMM_EX_BP = 3;
    public const byte VMM_EX_OF = 4;
    public const byte VMM_EX_BR = 5;
    public const byte VMM_EX_UD = 6;
    public const byte VMM_EX_NM = 7;
    public const byte VMM_EX_DF = 8;
    public const byte VMM_EX_CP = 9;
    public const byte VMM_EX_TS = 10;
    public const byte VMM_EX_NP = 11;
    public const byte VMM_EX_SS = 12;
    public const byte VMM_EX_GP = 13;
    public const byte VMM_EX_PF = 14;
    public const byte VMM_EX_MF = 16;
    public const byte VMM_EX_AC = 17;
    public const byte VMM_EX_MC = 18;
    public const byte VMM_EX_XM = 19;
    public const byte VMM_EX_VE = 20;
}
