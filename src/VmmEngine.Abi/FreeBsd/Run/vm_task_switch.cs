namespace VmmEngine.Abi.FreeBsd;

/// <summary>Payload of exit code TASK_SWITCH, 48 bytes. Sheet section 5.3.</summary>
public struct vm_task_switch
{
    /// <summary>Selector of the new task's TSS.</summary>
    public ushort tsssel;

    /// <summary>1 when an external event, not the instruction stream, asked for the switch.</summary>
    public int ext;

    public uint errcode;
    public int errcode_valid;

    /// <summary>A value of <see cref="task_switch_reason"/>.</summary>
    public int reason;

    public vm_guest_paging paging;
}

/// <summary>What caused a task switch. Sheet section 5.3.</summary>
public static class task_switch_reason
{
    public const int TSR_CALL = 0;
    public const int TSR_IRET = 1;
    public const int TSR_JMP = 2;
    public const int TSR_IDT_GATE = 3;
}
