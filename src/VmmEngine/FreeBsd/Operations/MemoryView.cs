using System.Runtime.InteropServices;

namespace VmmEngine.FreeBsd;

/// <summary>Argument of VM_MMAP: which bytes of which segment are at a guest-physical range.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct MemoryView
{
    /// <summary>First guest-physical address.</summary>
    public ulong Address;

    /// <summary>Bytes; not 0, and the end does not overflow.</summary>
    public ulong Length;

    /// <summary>The segment; output.</summary>
    public int SegmentId;

    /// <summary>Bytes into it; output.</summary>
    public ulong Offset;
}
