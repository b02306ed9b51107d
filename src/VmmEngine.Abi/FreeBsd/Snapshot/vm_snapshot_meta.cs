namespace VmmEngine.Abi.FreeBsd;

/// <summary>
/// Argument of VM_SNAPSHOT_REQ, 64 bytes. Sheet section 11. The positions in <see cref="buffer"/> come back advanced.
/// </summary>
public unsafe struct vm_snapshot_meta
{
    public void* dev_data;

    /// <summary>NUL-terminated, the caller's.</summary>
    public byte* dev_name;

    /// <summary>A value of <see cref="snapshot_req"/>.</summary>
    public int dev_req;

    public vm_snapshot_buffer buffer;

    /// <summary>A value of <see cref="vm_snapshot_op"/>.</summary>
    public int op;
}

/// <summary>Where a snapshot stands in the caller's memory, 32 bytes. Sheet section 11.</summary>
public unsafe struct vm_snapshot_buffer
{
    public byte* buf_start;

    /// <summary>Bytes from <see cref="buf_start"/>.</summary>
    public ulong buf_size;

    /// <summary>The next byte to write or read.</summary>
    public byte* buf;

    /// <summary>Bytes from <see cref="buf"/> to the end.</summary>
    public ulong buf_rem;
}
