namespace VmmEngine.Abi.FreeBsd;

/// <summary>What a snapshot command saves or restores. Sheet section 11; any other number is EINVAL.</summary>
public static class snapshot_req
{
    public const int STRUCT_VIOAPIC = 1;
    public const int STRUCT_VM = 2;
    public const int STRUCT_VLAPIC = 3;

    /// <summary>Guest memory, which clients save themselves: never passed to the driver.</summary>
    public const int VM_MEM = 4;
    public const int STRUCT_VHPET = 5;
    public const int STRUCT_VMCX = 6;
    public const int STRUCT_VATPIC = 7;
    public const int STRUCT_VATPIT = 8;
    public const int STRUCT_VPMTMR = 9;
    public const int STRUCT_VRTC = 10;
}

/// <summary>Which way a snapshot command works. Sheet section 11.</summary>
public static class vm_snapshot_op
{
    public const int VM_SNAPSHOT_SAVE = 0;
    public const int VM_SNAPSHOT_RESTORE = 1;
}
