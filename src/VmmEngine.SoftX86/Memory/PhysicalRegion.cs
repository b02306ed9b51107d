using System.Runtime.InteropServices;
using VmmEngine.Memory;

namespace VmmEngine.SoftX86;

/// <summary>Host memory that the guest sees at one place of its physical address space. Page aligned at both ends.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PhysicalRegion
{
    /// <summary>First guest-physical address.</summary>
    public ulong Start;

    /// <summary>Bytes, whole pages.</summary>
    public ulong Length;

    /// <summary>The memory.</summary>
    public byte* Host;

    /// <summary>What the guest may do with it.</summary>
    public MemoryProtection Protection;

    /// <summary>Whether an address lies inside. Cannot wrap: a difference below zero is a huge one.</summary>
    public readonly bool Contains(ulong address) => address - Start < Length;

    /// <summary>Whether the protection lets an access of this kind through.</summary>
    public readonly bool Allows(Access access) => (Needs(access) & ~Protection) == 0;

    /// <summary>The protection that an access of this kind asks for.</summary>
    public static MemoryProtection Needs(Access access)
    {
        if ((access & Access.Execute) != 0)
        {
            return MemoryProtection.Execute;
        }

        if ((access & Access.Write) == 0)
        {
            return MemoryProtection.Read;
        }

        return (access & Access.Modify) == Access.Modify ? MemoryProtection.Read | MemoryProtection.Write : MemoryProtection.Write;
    }
}
