namespace VmmEngine.SoftX86;

/// <summary>
/// Keeps decoded code and memory in agreement: a page with decoded code has no write tag anywhere, and a write to it drops what was decoded of the
/// bytes, on all vCPUs.
/// </summary>
internal static unsafe class CodePages
{
    /// <summary>To be asked right before a write tag is given; records that the vCPU may have one now.</summary>
    /// <param name="cpu">The vCPU that would have the tag.</param>
    /// <param name="gpa">An address in the page.</param>
    /// <returns>True if the page holds decoded code of anybody: no tag, and every write is to be announced to <see cref="OnWrite"/>.</returns>
    public static bool HasCode(Cpu* cpu, ulong gpa)
    {
        CodeMap.Marks* marks = cpu->Translator.Map->Find(gpa & ~GuestPage.OffsetMask);
        if (marks == null)
        {
            return false;
        }

        Interlocked.Or(ref marks->Writers, cpu->Translator.Bit);
        return Volatile.Read(ref marks->Code) != 0;
    }

    /// <summary>
    /// To be called right before a write to a page that holds code. Blocks with these bytes are found no more, and one of them that executes stops
    /// behind the current instruction; the handlers of its micro-ops change, so the caller uses a copy of the one that it is about to execute.
    /// </summary>
    /// <param name="cpu">The vCPU that writes.</param>
    /// <param name="gpa">First byte.</param>
    /// <param name="length">Bytes, within one page.</param>
    /// <returns>True if a write tag may be given: nobody has code in the page any more. Otherwise the caller makes just this write.</returns>
    public static bool OnWrite(Cpu* cpu, ulong gpa, int length)
    {
        ref TranslatorState state = ref cpu->Translator;
        ulong page = gpa & ~GuestPage.OffsetMask;
        CodeMap.Marks* marks = state.Map->Find(page);
        if (marks == null)
        {
            return true;
        }

        Interlocked.Or(ref marks->Writers, state.Bit);
        ulong code = Volatile.Read(ref marks->Code);
        ulong others = code & ~state.Bit;
        if (others != 0)
        {
            // They drop the whole page between two blocks. Should one decode it again before the write is done, it finds the writer's mark and waits.
            state.Map->Append(page, CodeNotice.Written, others);
        }

        if ((code & state.Bit) == 0)
        {
            return true;
        }

        if (!state.Cache->Invalidate(gpa, (ulong)length))
        {
            return false;
        }

        Interlocked.And(ref marks->Code, ~state.Bit);
        return true;
    }

    /// <summary>To be called before bytes of a page are decoded, between blocks: from then on nobody writes the page without telling.</summary>
    public static void BeforeDecode(Cpu* cpu, ulong page)
    {
        ref TranslatorState state = ref cpu->Translator;
        CodeMap.Marks* marks = state.Map->Find(page);
        if ((Volatile.Read(ref marks->Code) & state.Bit) != 0)
        {
            return;
        }

        Interlocked.Or(ref marks->Code, state.Bit);
        ulong writers = Volatile.Read(ref marks->Writers);
        if ((writers & state.Bit) != 0)
        {
            Mmu.DropWriteTag(cpu, page);
            Interlocked.And(ref marks->Writers, ~state.Bit);
        }

        ulong others = writers & ~state.Bit;
        if (others != 0)
        {
            CodeLog.Await(cpu, others, state.Map->Append(page, CodeNotice.Decoded, others));
        }
    }

    /// <summary>Drops what the vCPU has decoded of a page, and says so; between blocks, or with the vCPU frozen.</summary>
    public static void Forget(Cpu* cpu, ulong page)
    {
        CodeMap.Marks* marks = cpu->Translator.Map->Find(page);
        cpu->Translator.Cache->Invalidate(page, GuestPage.Size);
        Interlocked.And(ref marks->Code, ~cpu->Translator.Bit);
    }

    /// <summary>Somebody who is no vCPU has written memory. Any thread, after the write.</summary>
    public static void WrittenFromOutside(CodeMap* map, ulong gpa, ulong length)
    {
        ulong last = gpa + length - 1;
        for (ulong page = gpa & ~GuestPage.OffsetMask; page <= last; page += GuestPage.Size)
        {
            CodeMap.Marks* marks = map->Find(page);
            if (marks == null)
            {
                return;
            }

            // The write must be visible before the marks are read; a vCPU that marks later decodes what was written.
            Interlocked.MemoryBarrier();
            ulong code = Volatile.Read(ref marks->Code);
            if (code != 0)
            {
                map->Append(page, CodeNotice.Written, code);
            }
        }
    }
}
