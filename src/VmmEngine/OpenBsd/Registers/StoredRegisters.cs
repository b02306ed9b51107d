using System.Runtime.CompilerServices;

namespace VmmEngine.OpenBsd;

/// <summary>Registers that the interface keeps and no back end has.</summary>
internal struct StoredRegisters
{
    /// <summary>How many page-directory pointers there are.</summary>
    public const int PageDirectoryPointers = 4;

    /// <summary>The extended states that are enabled.</summary>
    public ulong Xcr0;

    /// <summary>IA32_MISC_ENABLE.</summary>
    public ulong MiscEnable;

    /// <summary>The PDPTEs, as last written.</summary>
    public PointerArray PageDirectoryPointer;

    /// <summary>The four of them.</summary>
    [InlineArray(PageDirectoryPointers)]
    public struct PointerArray
    {
        private ulong _first;
    }
}
