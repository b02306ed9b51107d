using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>
/// One page's translation, 32 bytes. An access of <c>size</c> bytes at <c>va</c> may use it when <c>va - tag &lt;= 4096 - size</c> (unsigned), which
/// asks for the page and for not crossing it in one comparison.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal struct TlbEntry
{
    /// <summary>No address minus this is below a page: a tag that nothing matches.</summary>
    public const ulong Invalid = 0x8000_0000_0000_0000 - 0x2000;

    /// <summary>Linear page address for reads, or <see cref="Invalid"/>.</summary>
    public ulong ReadTag;

    /// <summary>Linear page address for writes, or <see cref="Invalid"/>: also while the page holds decoded code, or is not dirty yet.</summary>
    public ulong WriteTag;

    /// <summary>Host address minus linear address.</summary>
    public ulong Addend;

    /// <summary>Guest-physical page address.</summary>
    public ulong Physical;
}

/// <summary>Geometry of the translation cache.</summary>
internal static class Tlb
{
    /// <summary>Entries of one cache; a power of two.</summary>
    public const int Entries = 4096;

    /// <summary>The entry of an address.</summary>
    public static unsafe TlbEntry* Find(Cpu* cpu, ulong linear) => cpu->Tlb + ((linear >> 12) & (Entries - 1));
}
