using System.Runtime.CompilerServices;
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

    // The powers of two that PageSize and the size of TlbEntry are.
    private const int PageBits = 12;
    private const int EntryBits = 5;

    /// <summary>The entry of an address.</summary>
    /// <remarks>Shifted by as much less as an entry is big, which spares a shift.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe TlbEntry* Find(Cpu* cpu, ulong linear) =>
        (TlbEntry*)((byte*)cpu->Tlb + ((linear >> (PageBits - EntryBits)) & ((Entries - 1) << EntryBits)));

    /// <summary>Whether an entry serves a read; its address is valid anyway.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe bool CanRead(Cpu* cpu, ulong linear, uint bytes, out TlbEntry* entry)
    {
        entry = Find(cpu, linear);
        return linear - entry->ReadTag <= PageSize - bytes;
    }

    /// <summary>Whether an entry serves a write; its address is valid anyway.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe bool CanWrite(Cpu* cpu, ulong linear, uint bytes, out TlbEntry* entry)
    {
        entry = Find(cpu, linear);
        return linear - entry->WriteTag <= PageSize - bytes;
    }

    /// <summary>Which entry an address has.</summary>
    public static uint IndexOf(ulong linear) => (uint)(linear >> 12) & (Entries - 1);

    /// <summary>A tag that nothing looked up in this entry matches: the page address belongs to another entry.</summary>
    /// <remarks>One constant for all entries would be matched by its own address, which a guest can ask for: nobody checks before the look-up whether an address is canonical.</remarks>
    public static ulong NoTag(uint index) => (ulong)(index ^ 1) << 12;

    /// <summary>The page of an address.</summary>
    public static ulong PageOf(ulong address) => address & ~(ulong)(PageSize - 1);
}
