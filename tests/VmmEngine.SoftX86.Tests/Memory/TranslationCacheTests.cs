using VmmEngine.Memory;

namespace VmmEngine.SoftX86.Tests.Memory;

/// <summary>What is remembered, and what each kind of flush forgets.</summary>
public sealed unsafe class TranslationCacheTests
{
    // Linear page 0x80 shows page 0x10 or 0x11, told apart by their first words.
    private const ulong Linear = 0x8_0000;
    private const ulong Entry = 0x4000 + (0x80 * 8);
    private const ulong Old = 0x10_0000_0001;
    private const ulong New = 0x11_0000_0001;
    private const ulong Global = PageWalk.GlobalPage;

    public enum Flush
    {
        None,
        Page,
        OtherPage,
        LoadCr3,
        All,
        WriteProtect,
        PageGlobal,
    }

    [Theory]
    [InlineData(Flush.None, 0ul, Old)]
    [InlineData(Flush.Page, 0ul, New)]
    [InlineData(Flush.OtherPage, 0ul, Old)]
    [InlineData(Flush.LoadCr3, 0ul, New)]
    [InlineData(Flush.All, 0ul, New)]
    [InlineData(Flush.WriteProtect, 0ul, New)]
    [InlineData(Flush.None, Global, Old)]
    [InlineData(Flush.Page, Global, New)]
    [InlineData(Flush.LoadCr3, Global, Old)]
    [InlineData(Flush.All, Global, New)]
    [InlineData(Flush.PageGlobal, Global, New)]
    public void AFlushForgetsThis(Flush flush, ulong leafBits, ulong expected)
    {
        using MemoryProcessor processor = Machine(leafBits);
        Cpu* cpu = processor.Cpu;
        Assert.Equal(Old, Read(cpu, Linear));
        Assert.True(Mmu.TryTranslate(cpu, Linear, Access.Execute, out ulong physical));
        Assert.Equal(0x10000ul, physical);
        processor.Put(Entry, 0x11007 | leafBits);
        ulong generation = cpu->Translator.Generation;

        Apply(cpu, flush);

        Assert.Equal(expected, Read(cpu, Linear));
        Assert.Equal(flush != Flush.None, cpu->Translator.Generation != generation);
        Assert.True(Mmu.TryTranslate(cpu, Linear, Access.Execute, out physical));
        if (expected == New)
        {
            Assert.Equal(0x11000ul, physical);
        }
    }

    [Theory]
    [InlineData(Flush.Page)]
    [InlineData(Flush.LoadCr3)]
    [InlineData(Flush.All)]
    public void VictimsAreForgottenToo(Flush flush)
    {
        using MemoryProcessor processor = Machine(0);
        Cpu* cpu = processor.Cpu;
        processor.Put(0x2000 + 8, 0x3007); // the next GiB shows the same
        Read(cpu, Linear);
        Read(cpu, Linear + 0x4000_0000); // has the same entry of the table
        processor.Put(Entry, 0x11007);

        Apply(cpu, flush);

        Assert.Equal(New, Read(cpu, Linear));
    }

    [Fact]
    public void NinePagesOfOneEntryAreKept()
    {
        using MemoryProcessor processor = Machine(0);
        Cpu* cpu = processor.Cpu;
        for (ulong i = 0; i < 9; i++)
        {
            processor.Put(0x2000 + (i * 8), 0x3007);
            Assert.Equal(Old, Read(cpu, Linear + (i << 30)));
        }

        processor.Put(Entry, 0x11007);

        for (int round = 0; round < 3; round++)
        {
            for (ulong i = 0; i < 9; i++)
            {
                Assert.Equal(Old, Read(cpu, Linear + (i << 30)));
            }
        }
    }

    [Fact]
    public void AnyAddressInALargePageFlushesAllOfIt()
    {
        using MemoryProcessor processor = Machine(0);
        Cpu* cpu = processor.Cpu;
        processor.Put(0x3000, 0x87);
        Mmu.FlushAll(cpu);
        Assert.Equal(Old, Read(cpu, 0x10000));
        processor.Put(0x3000, 0x4007);
        processor.Put(0x4000 + (0x10 * 8), 0x11007);

        Mmu.FlushPage(cpu, 0x1F_F000);

        Assert.Equal(New, Read(cpu, 0x10000));
    }

    [Fact]
    public void UsersAndSupervisorsHaveTranslationsOfTheirOwn()
    {
        using MemoryProcessor processor = Machine(0);
        Cpu* cpu = processor.Cpu;
        processor.Put(Entry, 0x10003);
        Mmu.FlushAll(cpu);
        Assert.Equal(Old, Read(cpu, Linear));

        processor.Cpl(3);

        Assert.False(LinearMemory.TryRead(cpu, Linear, out ulong _, Access.Read));
        Assert.Equal(PageWalk.ErrorPresent | PageWalk.ErrorUser, cpu->Exception.ErrorCode);
        Assert.True(LinearMemory.TryRead(cpu, Linear, out ulong _, Access.Read | Access.System));
    }

    [Fact]
    public void TheAlignmentCheckFlagOpensUserPagesUnderSmap()
    {
        using MemoryProcessor processor = Machine(0);
        Cpu* cpu = processor.Cpu;
        cpu->Cr4 |= Cr4Bits.SupervisorAccessPrevention;
        cpu->Rflags = FlagBits.AlignmentCheck;
        Mmu.SelectCache(cpu);
        Assert.Equal(Old, Read(cpu, Linear));
        Assert.False(LinearMemory.TryRead(cpu, Linear, out ulong _, Access.Read | Access.System));

        cpu->Rflags = 0;
        Mmu.SelectCache(cpu);

        Assert.False(LinearMemory.TryRead(cpu, Linear, out ulong _, Access.Read));
        Assert.Equal(PageWalk.ErrorPresent, cpu->Exception.ErrorCode);
    }

    [Fact]
    public void TheFirstWriteToACleanPageSetsItsDirtyBit()
    {
        using MemoryProcessor processor = Machine(0);
        Cpu* cpu = processor.Cpu;
        Read(cpu, Linear);
        Assert.Equal(PageWalk.Accessed, processor.Get(Entry) & (PageWalk.Accessed | PageWalk.Dirty));

        Assert.True(LinearMemory.TryWrite(cpu, Linear + 8, 1ul, Access.Write));

        Assert.Equal(PageWalk.Accessed | PageWalk.Dirty, processor.Get(Entry) & (PageWalk.Accessed | PageWalk.Dirty));
    }

    [Fact]
    public void ReadOnlyMemoryIsAnExitAndNotAFault()
    {
        using MemoryProcessor processor = Machine(0);
        Cpu* cpu = processor.Cpu;
        byte* rom = processor.AddRegion(0x10_0000, 1, MemoryProtection.Read | MemoryProtection.Execute);
        rom[5] = 77;
        Assert.True(LinearMemory.TryRead(cpu, 0x10_0005, out byte value, Access.Read));
        Assert.Equal(77, value);
        using TestBlock block = new(&TestOps.Store<byte>, 1);

        Assert.Equal(Step.Exit, block.Run(cpu, 0x10_0005));

        Assert.Equal(VmmEngine.Backends.ExitReason.MemoryFault, cpu->Exit->Reason);
        Assert.Equal(0x10_0005ul, cpu->Exit->Address);
        Assert.Equal((ulong)MemoryProtection.Write, cpu->Exit->Detail);
        Assert.Equal(TestBlock.Rip + TestBlock.Offset, cpu->Exit->Rip);
        Assert.Equal(TestBlock.Length, cpu->Exit->InstructionLength);
        Assert.Equal(77, rom[5]);
    }

    [Fact]
    public void EveryWriteToAPageWithDecodedCodeIsAnnounced()
    {
        using MemoryProcessor processor = Machine(0);
        Cpu* cpu = processor.Cpu;
        using TestBlock block = new(&TestOps.Store<uint>, 4);
        Assert.Equal(Step.Next, block.Run(cpu, Linear + 64));
        processor.MarkCode(0x10000);
        Mmu.DropWriteTag(cpu, 0x10000);
        cpu->General[3] = 0x1234;

        for (ulong i = 1; i <= 3; i++)
        {
            Assert.Equal(Step.Next, block.Run(cpu, Linear + 64 + i));
            Assert.Equal(1ul, cpu->General[15]);
            Assert.Equal(i, processor.Announcements);
            Assert.Equal(0x1234u, *(uint*)(processor.Ram + 0x10040 + i));
        }

        Assert.Equal(Step.Next, block.Run(cpu, Linear - 1));
        Assert.Equal(4ul, processor.Announcements);
        Assert.True(LinearMemory.TryWrite(cpu, Linear + 8, 1ul, Access.Write));
        Assert.Equal(5ul, processor.Announcements);
    }

    [Fact]
    public void AnEmptyTableMatchesNoAddress()
    {
        using MemoryProcessor processor = Machine(0);
        for (uint index = 0; index < Tlb.Entries; index++)
        {
            TlbEntry* entry = processor.Cpu->Tlb + index;
            for (int offset = 0; offset < 4096; offset += 4095)
            {
                // What a guest would have to ask for to hit the tag is looked up elsewhere.
                Assert.NotEqual(index, Tlb.IndexOf(entry->ReadTag + (ulong)offset));
                Assert.NotEqual(index, Tlb.IndexOf(entry->WriteTag + (ulong)offset));
            }
        }
    }

    [Theory]
    [InlineData(0x0000_8000_0000_0000ul, SegmentIndex.Ds, Vectors.GeneralProtection)]
    [InlineData(0xFFFF_7FFF_FFFF_FFFFul, SegmentIndex.Ds, Vectors.GeneralProtection)]
    [InlineData(0x0000_7FFF_FFFF_FFFFul, SegmentIndex.Ss, Vectors.StackFault)]
    public void AnAddressThatIsNotCanonicalIsAnException(ulong linear, int segment, byte vector)
    {
        using MemoryProcessor processor = Machine(0);
        processor.Put(0x1000 + (255 * 8), 0x2007);
        processor.Put(0x2000 + (511 * 8), 0x3007);
        processor.Put(0x3000 + (511 * 8), 0x4007);
        using TestBlock block = new(&TestOps.Load<ulong>, 8);
        block[0].Segment = (byte)segment;

        Assert.Equal(Step.Fault, block.Run(processor.Cpu, linear));

        Assert.Equal(vector, processor.Cpu->Exception.Vector);
        Assert.Equal(1, processor.Cpu->Exception.HasErrorCode);
        Assert.Equal(0u, processor.Cpu->Exception.ErrorCode);
    }

    private static void Apply(Cpu* cpu, Flush flush)
    {
        switch (flush)
        {
            case Flush.Page:
                Mmu.FlushPage(cpu, Linear + 123);
                break;
            case Flush.OtherPage:
                Mmu.FlushPage(cpu, Linear + 4096);
                break;
            case Flush.LoadCr3:
                Assert.Equal(Step.Next, Mmu.LoadCr3(cpu, cpu->Cr3));
                break;
            case Flush.All:
                Mmu.FlushAll(cpu);
                break;
            case Flush.WriteProtect:
                cpu->Cr0 ^= Cr0Bits.WriteProtect;
                Assert.Equal(Step.Next, Mmu.PagingChanged(cpu));
                break;
            case Flush.PageGlobal:
                cpu->Cr4 ^= Cr4Bits.PageGlobal;
                Assert.Equal(Step.Next, Mmu.PagingChanged(cpu));
                break;
        }
    }

    private static ulong Read(Cpu* cpu, ulong linear)
    {
        Assert.True(LinearMemory.TryRead(cpu, linear, out ulong value, Access.Read));
        return value;
    }

    private static MemoryProcessor Machine(ulong leafBits)
    {
        MemoryProcessor processor = new();
        processor.UseIdentity();
        processor.Put(0x10000, Old);
        processor.Put(0x11000, New);
        processor.Put(Entry, 0x10007 | leafBits);
        processor.Put(Entry - 8, 0x12007);
        return processor;
    }
}
