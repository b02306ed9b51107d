using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>
/// One page's translation, 32 bytes. An access of <c>size</c> bytes at <c>va</c> may use it when <c>va - tag &lt;= 4096 - size</c> (unsigned), which
/// asks for the page and for not crossing it in one comparison.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal struct TlbEntry
{
    /// <summary>Linear page address for reads, or <see cref="Tlb.NoTag"/>.</summary>
    public ulong ReadTag;

    /// <summary>Linear page address for writes, or <see cref="Tlb.NoTag"/>: also while the page holds decoded code, or is not dirty yet.</summary>
    public ulong WriteTag;

    /// <summary>Host address minus linear address.</summary>
    public ulong Addend;

    /// <summary>Guest-physical page address.</summary>
    public ulong Physical;
}

/// <summary>Geometry of a translation cache.</summary>
internal static class Tlb
{
    /// <summary>Bytes of a page.</summary>
    public const uint PageSize = 4096;

    /// <summary>Entries of one cache; a power of two.</summary>
    public const int Entries = 4096;

    /// <summary>The entry of an address.</summary>
    public static unsafe TlbEntry* Find(Cpu* cpu, ulong linear) => cpu->Tlb + ((linear >> 12) & (Entries - 1));

    /// <summary>Which entry an address has.</summary>
    public static uint IndexOf(ulong linear) => (uint)(linear >> 12) & (Entries - 1);

    /// <summary>A tag that nothing looked up in this entry matches: the page address belongs to another entry.</summary>
    /// <remarks>One constant for all entries would be matched by its own address, which a guest can ask for: nobody checks before the look-up whether an address is canonical.</remarks>
    public static ulong NoTag(uint index) => (ulong)(index ^ 1) << 12;

    /// <summary>The page of an address.</summary>
    public static ulong PageOf(ulong address) => address & ~(ulong)(PageSize - 1);
}
