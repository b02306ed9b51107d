using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>A decoded run of guest instructions: the head of its micro-ops in the arena.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Block
{
    /// <summary>Guest-physical address of the first byte.</summary>
    public ulong Physical;

    /// <summary>Guest-physical address of the page where the last byte is, if that is another one; otherwise <see cref="NoPage"/>.</summary>
    public ulong SecondPage;

    /// <summary>The next block of the same bucket.</summary>
    public Block* Next;

    /// <summary>What of <see cref="ModeKey"/> the translation depends on; a block that is not valid any more has none that any vCPU has.</summary>
    public uint Content;

    /// <summary>Guest bytes.</summary>
    public ushort Length;

    /// <summary>Micro-ops, without the links behind them.</summary>
    public ushort Count;

    /// <summary>No address of a page.</summary>
    public const ulong NoPage = ulong.MaxValue;

    /// <summary>Content of a block whose bytes have changed.</summary>
    public const uint Stale = uint.MaxValue;

    /// <summary>The micro-ops, right behind the head.</summary>
    public static MicroOp* First(Block* block) => (MicroOp*)(block + 1);

    /// <summary>Whether the bytes of the block that begins with a micro-op have changed.</summary>
    public static bool IsStale(MicroOp* first) => ((Block*)first - 1)->Content == Stale;

    /// <summary>Whether the block has bytes in a range that lies within one page.</summary>
    public static bool Overlaps(Block* block, ulong page, ulong address, ulong length)
    {
        // Of the second page the block has the bytes up to Length, counted from the end of the first.
        ulong start = block->Physical;
        ulong end = start + block->Length;
        if (block->SecondPage == page)
        {
            ulong inFirst = GuestPage.Size - (start & GuestPage.OffsetMask);
            start = page;
            end = page + block->Length - inFirst;
        }

        return start < address + length && address < end;
    }
}

/// <summary>One use of a page by a block; a block across two pages has two.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PageUse
{
    /// <summary>The block.</summary>
    public Block* Block;

    /// <summary>The page's next use.</summary>
    public PageUse* Next;
}

/// <summary>A guest-physical page that holds decoded code of one vCPU.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CodePage
{
    /// <summary>Its address.</summary>
    public ulong Address;

    /// <summary>The next page of the same bucket.</summary>
    public CodePage* Next;

    /// <summary>The blocks that have bytes in it; null: none any more.</summary>
    public PageUse* Uses;
}

/// <summary>The page as the unit of code tracking.</summary>
internal static class GuestPage
{
    /// <summary>Bytes.</summary>
    public const ulong Size = 4096;

    /// <summary>The bits within a page.</summary>
    public const ulong OffsetMask = Size - 1;
}
