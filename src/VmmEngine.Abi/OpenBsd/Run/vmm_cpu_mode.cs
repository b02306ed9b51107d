namespace VmmEngine.Abi.OpenBsd;

/// <summary>Operating modes of a vCPU. Sheet section 4; not part of any argument, kept here for their numbers.</summary>
public static class vmm_cpu_mode
{
    public const int VMM_CPU_MODE_REAL = 0;
    public const int VMM_CPU_MODE_PROT = 1;
    public const int VMM_CPU_MODE_PROT32 = 2;
    public const int VMM_CPU_MODE_COMPAT = 3;
    public const int VMM_CPU_MODE_LONG = 4;
    public const int VMM_CPU_MODE_UNKNOWN = 5;
}
