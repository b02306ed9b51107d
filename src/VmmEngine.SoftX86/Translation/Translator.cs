namespace VmmEngine.SoftX86;

/// <summary>Makes blocks of guest code. One a vCPU, used by its thread.</summary>
internal sealed unsafe class Translator
{
    // An instruction across two pages, put together; the decoder asks for no byte behind it.
    private const int CrossingBytes = 2 * BlockDecoder.MaximumInstructionBytes;

    private readonly BlockDecoder _decoder = new();

    /// <summary>How often code came up that no form covers, by Iced's Code.</summary>
    public ReadOnlySpan<ulong> Uncovered => _decoder.Uncovered;

    /// <summary>Translates the block at RIP. Not while micro-ops execute: the cache may be flushed.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="place">Where the code is.</param>
    /// <param name="key"><see cref="ModeKey"/>.</param>
    /// <param name="keep">False: the block is good for one execution, and nobody else finds it.</param>
    /// <returns>Null: RIP's instruction cannot be fetched, and the outcome is set.</returns>
    public Block* Translate(Cpu* cpu, in CodePlace place, uint key, bool keep)
    {
        CodeCache* cache = cpu->Translator.Cache;
        CodePages.BeforeDecode(cpu, place.Physical & ~GuestPage.OffsetMask);
        Block* block = cache->Reserve();
        if (block == null)
        {
            CodeFinder.FlushBlocks(cpu);
            block = cache->Reserve();
        }

        FormContext context = ModeKey.Context(key, cpu->Rip);
        int limit = (key & ModeKey.Single) != 0 ? 1 : DecodedBlock.MaximumLength;
        block->Physical = place.Physical;
        block->SecondPage = Block.NoPage;
        block->Content = ModeKey.Content(key);
        _decoder.Decode(place.Host, place.Available, cpu->Rip, limit, in context);
        if (_decoder.Block.Ending == BlockEnding.CrossesPage && !TryDecodeCrossing(cpu, in place, in context, out block->SecondPage))
        {
            return null;
        }

        FlagLiveness.Compute(_decoder.Block);
        byte* end = BlockWriter.Write(block, _decoder.Block, in context, key);
        if (keep)
        {
            cache->Add(block, end);
        }

        return block;
    }

    // One instruction, of which the second page has at least one byte.
    private bool TryDecodeCrossing(Cpu* cpu, in CodePlace place, in FormContext context, out ulong secondPage)
    {
        secondPage = Block.NoPage;
        if (place.CutByLimit)
        {
            cpu->Current = null;
            cpu->Outcome = Faults.Protection(cpu);
            return false;
        }

        ulong next = CodeFinder.NextPage(cpu, place.Linear);
        if (!CodeFinder.TryResolve(cpu, next, out secondPage, out byte* host))
        {
            return false;
        }

        // Finding the second page may have marked a table entry in the first one, with which the code there was forgotten, and its mark.
        CodePages.BeforeDecode(cpu, place.Physical & ~GuestPage.OffsetMask);
        CodePages.BeforeDecode(cpu, secondPage);
        byte* bytes = stackalloc byte[CrossingBytes];
        uint inFirst = (uint)place.Available;
        new ReadOnlySpan<byte>(place.Host, (int)inFirst).CopyTo(new Span<byte>(bytes, CrossingBytes));
        uint inSecond = BlockDecoder.MaximumInstructionBytes;
        new ReadOnlySpan<byte>(host, (int)inSecond).CopyTo(new Span<byte>(bytes + inFirst, (int)inSecond));
        _decoder.Decode(bytes, inFirst + inSecond, cpu->Rip, 1, in context);
        return true;
    }
}
