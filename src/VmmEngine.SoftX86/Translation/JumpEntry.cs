using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>Where the block at a linear address is, as found out within one generation of the translation caches.</summary>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal unsafe struct JumpEntry
{
    /// <summary>Linear address of the block.</summary>
    public ulong Linear;

    /// <summary>What <see cref="TranslatorState.JumpKey"/> was; 0 in an entry that was never used.</summary>
    public ulong Key;

    /// <summary>The first micro-op.</summary>
    public MicroOp* First;

    /// <summary>Not 0: lies in one page, and a link from within that page may keep it.</summary>
    public uint Linkable;
}

/// <summary>Geometry of the jump cache.</summary>
internal static unsafe class JumpCache
{
    /// <summary>Entries; a power of two.</summary>
    public const int Entries = 4096;

    /// <summary>The entry of a linear address.</summary>
    /// <remarks>Functions are aligned to 16 bytes, so the low bits alone would leave most of the table unused: higher ones are mixed in.</remarks>
    public static JumpEntry* Find(JumpEntry* cache, ulong linear) => cache + ((linear ^ (linear >> 8)) & (Entries - 1));
}
