namespace VmmEngine.Abi.OpenBsd;

/// <summary>States of the device. Sheet section 4; not part of any argument, kept here for their numbers.</summary>
public static class vmm_status
{
    public const int VMM_SUSPENDED = 0;
    public const int VMM_ACTIVE = 1;
}

/// <summary>How the device virtualizes memory. Sheet section 4; not part of any argument.</summary>
public static class vmm_mode
{
    public const int VMM_MODE_UNKNOWN = 0;
    public const int VMM_MODE_EPT = 1;
    public const int VMM_MODE_RVI = 2;
}
