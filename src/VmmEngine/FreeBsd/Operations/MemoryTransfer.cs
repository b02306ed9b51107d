using System.Runtime.InteropServices;

namespace VmmEngine.FreeBsd;

/// <summary>Argument of VM_READ and VM_WRITE: bytes between guest memory and a buffer of this process.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct MemoryTransfer
{
    /// <summary>First guest-physical address.</summary>
    public ulong Address;

    /// <summary>The buffer. It is there: the caller has pinned it.</summary>
    public byte* Buffer;

    /// <summary>Bytes.</summary>
    public ulong Length;
}
