namespace VmmEngine.Abi.FreeBsd;

/// <summary>Why the guest was left, 136 bytes. Sheet sections 5 and 5.3.</summary>
public struct vm_exit
{
    /// <summary>A value of <see cref="vm_exitcode"/>; selects the member of <see cref="u"/>.</summary>
    public int exitcode;

    /// <summary>Bytes the next entry skips from <see cref="rip"/>; 0 for none.</summary>
    public int inst_length;

    public ulong rip;

    public vm_exit_u u;
}
