using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>
/// The decoded blocks of one vCPU, in one piece of native memory of fixed size. Blocks are found by physical address; none is freed alone: when the
/// memory is used up, all go.
/// </summary>
/// <remarks>
/// Used by the vCPU's thread only, or by anybody while the vCPU is frozen. Micro-ops of invalidated blocks stay readable until <see cref="Flush"/>,
/// which is never called while micro-ops execute.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CodeCache
{
    private const int BlockBuckets = 1 << 15;
    private const int PageBuckets = 1 << 12;

    // Who copies the micro-ops of an instruction may read so many slots behind any of them.
    private const int ReadableSlots = 8;

    // A block has most likely been executed, and its handlers compiled with that, when as many others have been translated.
    private const int YoungBlocks = 32;

    private byte* _arena;
    private byte* _next;
    private byte* _end;
    private Block** _blocks;
    private CodePage** _pages;
    private fixed ulong _young[YoungBlocks];
    private uint _translated;

    /// <summary>How often the arena was used up.</summary>
    public ulong Flushes;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="bytes">Size of the arena; at least <see cref="BlockWriter.MaximumBytes"/> and a few pages.</param>
    /// <exception cref="OutOfMemoryException">There is no memory.</exception>
    public static CodeCache* Create(nuint bytes)
    {
        CodeCache* cache = (CodeCache*)NativeMemory.AllocZeroed((nuint)sizeof(CodeCache));
        cache->_arena = (byte*)NativeMemory.Alloc(bytes + (ReadableSlots * (nuint)sizeof(MicroOp)));
        cache->_end = cache->_arena + bytes;
        cache->_blocks = (Block**)NativeMemory.AllocZeroed(BlockBuckets, (nuint)sizeof(Block*));
        cache->_pages = (CodePage**)NativeMemory.AllocZeroed(PageBuckets, (nuint)sizeof(CodePage*));
        cache->_next = cache->_arena;
        return cache;
    }

    /// <summary>Frees it.</summary>
    public static void Destroy(CodeCache* cache)
    {
        NativeMemory.Free(cache->_arena);
        NativeMemory.Free(cache->_blocks);
        NativeMemory.Free(cache->_pages);
        NativeMemory.Free(cache);
    }

    /// <summary>Forgets everything. No micro-op of it may be executing.</summary>
    public void Flush()
    {
        _next = _arena;
        NativeMemory.Clear(_blocks, BlockBuckets * (nuint)sizeof(Block*));
        NativeMemory.Clear(_pages, PageBuckets * (nuint)sizeof(CodePage*));
        for (int i = 0; i < YoungBlocks; i++)
        {
            _young[i] = 0;
        }

        Flushes++;
    }

    /// <summary>Finds a block.</summary>
    /// <param name="physical">Address of its first byte.</param>
    /// <param name="secondPage">The page where it ends, if it leaves its own; <see cref="Block.NoPage"/> finds blocks of one page only.</param>
    /// <param name="content"><see cref="ModeKey.Content"/>.</param>
    public readonly Block* Find(ulong physical, ulong secondPage, uint content)
    {
        for (Block* block = _blocks[BlockBucket(physical)]; block != null; block = block->Next)
        {
            if (block->Physical == physical && block->Content == content && block->SecondPage == secondPage)
            {
                return block;
            }
        }

        return null;
    }

    /// <summary>Whether there is a block at an address that goes on in any second page.</summary>
    public readonly bool HasCrossing(ulong physical, uint content)
    {
        for (Block* block = _blocks[BlockBucket(physical)]; block != null; block = block->Next)
        {
            if (block->Physical == physical && block->Content == content && block->SecondPage != Block.NoPage)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Room for a block of any length, to be filled and passed to <see cref="Add"/> or forgotten. Null: flush first.</summary>
    public readonly Block* Reserve() =>
        (nuint)(_end - _next) >= BlockWriter.MaximumBytes + 2 * (nuint)(sizeof(PageUse) + sizeof(CodePage)) ? (Block*)_next : null;

    /// <summary>Makes a reserved and filled block known.</summary>
    /// <param name="block">From <see cref="Reserve"/>.</param>
    /// <param name="end">Behind its last link.</param>
    public void Add(Block* block, byte* end)
    {
        _next = end;
        ref ulong young = ref _young[_translated++ % YoungBlocks];
        TakeEntries((Block*)young);
        young = (ulong)block;
        Block** bucket = &_blocks[BlockBucket(block->Physical)];
        block->Next = *bucket;
        *bucket = block;
        AddUse(block, block->Physical & ~GuestPage.OffsetMask);
        if (block->SecondPage != Block.NoPage)
        {
            AddUse(block, block->SecondPage);
        }
    }

    /// <summary>Whether a page holds decoded code.</summary>
    public readonly bool HasCode(ulong page)
    {
        CodePage* entry = FindPage(page);
        return entry != null && entry->Uses != null;
    }

    /// <summary>Makes the blocks that have bytes in a range stale: whoever executes one stops at its next instruction, and nobody finds it any more.</summary>
    /// <param name="address">First byte.</param>
    /// <param name="length">Bytes, within one page.</param>
    /// <returns>True if the page holds no code any more.</returns>
    public readonly bool Invalidate(ulong address, ulong length)
    {
        ulong pageAddress = address & ~GuestPage.OffsetMask;
        CodePage* page = FindPage(pageAddress);
        if (page == null)
        {
            return true;
        }

        PageUse** previous = &page->Uses;
        for (PageUse* use = *previous; use != null; use = use->Next)
        {
            Block* block = use->Block;
            if (block->Content == Block.Stale)
            {
                *previous = use->Next;
            }
            else if (Block.Overlaps(block, pageAddress, address, length))
            {
                *previous = use->Next;
                Remove(block);
            }
            else
            {
                previous = &use->Next;
            }
        }

        return page->Uses == null;
    }

    /// <summary>
    /// Lets the micro-ops of the blocks of late call their handlers without a detour, see <see cref="HandlerEntry"/>. Not at their translation: until it is
    /// executed for the first time, a handler has no code.
    /// </summary>
    public void TakeEntries()
    {
        for (int i = 0; i < YoungBlocks; i++)
        {
            TakeEntries((Block*)_young[i]);
            _young[i] = 0;
        }
    }

    private static void TakeEntries(Block* block)
    {
        if (block == null)
        {
            return;
        }

        MicroOp* op = Block.First(block);
        for (MicroOp* end = op + block->Count; op < end; op++)
        {
            op->Handler = HandlerEntry.Of(op->Handler);
        }
    }

    private readonly void Remove(Block* block)
    {
        Block** previous = &_blocks[BlockBucket(block->Physical)];
        while (*previous != block)
        {
            previous = &(*previous)->Next;
        }

        *previous = block->Next;
        block->Content = Block.Stale;
        BlockOps.MakeStale(Block.First(block), block->Count);
    }

    private void AddUse(Block* block, ulong page)
    {
        CodePage* entry = FindPage(page);
        if (entry == null)
        {
            entry = (CodePage*)_next;
            _next += sizeof(CodePage);
            CodePage** bucket = &_pages[PageBucket(page)];
            *entry = new CodePage { Address = page, Next = *bucket };
            *bucket = entry;
        }

        PageUse* use = (PageUse*)_next;
        _next += sizeof(PageUse);
        *use = new PageUse { Block = block, Next = entry->Uses };
        entry->Uses = use;
    }

    private readonly CodePage* FindPage(ulong page)
    {
        CodePage* entry = _pages[PageBucket(page)];
        while (entry != null && entry->Address != page)
        {
            entry = entry->Next;
        }

        return entry;
    }

    private static ulong BlockBucket(ulong physical) => (physical ^ (physical >> 12)) & (BlockBuckets - 1);

    private static ulong PageBucket(ulong page) => (page >> 12) & (PageBuckets - 1);
}
