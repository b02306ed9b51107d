namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of the FreeBSD 13 form of VM_SNAPSHOT_REQ, 72 bytes. Sheet sections 3.4 and 11.</summary>
public unsafe struct vm_snapshot_meta_13
{
    /// <summary>Not looked at.</summary>
    public void* ctx;

    /// <inheritdoc cref="vm_snapshot_meta.dev_data"/>
    public void* dev_data;

    /// <inheritdoc cref="vm_snapshot_meta.dev_name"/>
    public byte* dev_name;

    /// <inheritdoc cref="vm_snapshot_meta.dev_req"/>
    public int dev_req;

    public vm_snapshot_buffer buffer;

    /// <inheritdoc cref="vm_snapshot_meta.op"/>
    public int op;
}
