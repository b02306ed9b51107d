namespace VmmEngine.Abi.FreeBsd;

/// <summary>Payload of exit code BPT, 4 bytes. Sheet section 5.3.</summary>
public struct vm_exit_bpt
{
    /// <summary>Bytes of the breakpoint instruction; the exit's own inst_length is 0.</summary>
    public int inst_length;
}

/// <summary>Payload of exit code DB, 40 bytes. Sheet section 5.3.</summary>
public struct vm_exit_dbg
{
    public int trace_trap;
    public int pushf_intercept;
    public int tf_shadow_val;
    public vm_guest_paging paging;
}
