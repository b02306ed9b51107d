namespace VmmEngine.SoftX86.Tests.Memory;

/// <summary>The table of rights and error codes, one row a fact; <see cref="PageWalkPropertyTests"/> has the combinations.</summary>
public sealed unsafe class PageFaultTests : IDisposable
{
    private const ulong Linear = 0x8_0123;
    private const ulong P = PageWalk.Present, W = PageWalk.Writable, U = PageWalk.UserPage, Nx = 1ul << 63;
    private readonly MemoryProcessor _processor = new();

    public enum Who
    {
        Supervisor,
        User,
    }

    // The leaf's bits, who, what for, CR0.WP, SMEP, SMAP, EFER.NXE -> error code, or -1.
    [Theory]
    [InlineData(P | W | U, Who.User, "read", true, false, false, true, -1)]
    [InlineData(P | W | U, Who.User, "write", true, false, false, true, -1)]
    [InlineData(P | W | U, Who.User, "fetch", true, false, false, true, -1)]
    [InlineData(0ul, Who.User, "read", true, false, false, true, 4)]
    [InlineData(0ul, Who.User, "write", true, false, false, true, 6)]
    [InlineData(0ul, Who.User, "fetch", true, false, false, true, 0x14)]
    [InlineData(0ul, Who.User, "fetch", true, false, false, false, 4)]
    [InlineData(0ul, Who.User, "fetch", true, true, false, false, 0x14)]
    [InlineData(0ul, Who.Supervisor, "read", true, false, false, true, 0)]
    [InlineData(0ul, Who.Supervisor, "write", true, false, false, true, 2)]
    [InlineData(0ul, Who.Supervisor, "fetch", true, false, false, true, 0x10)]
    [InlineData(P | W, Who.User, "read", true, false, false, true, 5)]
    [InlineData(P | W, Who.User, "write", true, false, false, true, 7)]
    [InlineData(P | W, Who.User, "fetch", true, false, false, true, 0x15)]
    [InlineData(P | W, Who.User, "system", true, false, false, true, -1)]
    [InlineData(P | U, Who.User, "write", false, false, false, true, 7)]
    [InlineData(P, Who.Supervisor, "write", true, false, false, true, 3)]
    [InlineData(P, Who.Supervisor, "write", false, false, false, true, -1)]
    [InlineData(P | W | U | Nx, Who.User, "fetch", true, false, false, true, 0x15)]
    [InlineData(P | W | U | Nx, Who.User, "read", true, false, false, true, -1)]
    [InlineData(P | W | U | Nx, Who.User, "read", true, false, false, false, 0xD)]
    [InlineData(P | W | Nx, Who.Supervisor, "fetch", true, false, false, true, 0x11)]
    [InlineData(P | W | U, Who.Supervisor, "fetch", true, false, false, true, -1)]
    [InlineData(P | W | U, Who.Supervisor, "fetch", true, true, false, true, 0x11)]
    [InlineData(P | W, Who.Supervisor, "fetch", true, true, false, true, -1)]
    [InlineData(P | W | U, Who.Supervisor, "read", true, false, true, true, 1)]
    [InlineData(P | W | U, Who.Supervisor, "write", true, false, true, true, 3)]
    [InlineData(P | W | U, Who.Supervisor, "fetch", true, false, true, true, -1)]
    [InlineData(P | W | U, Who.User, "read", true, false, true, true, -1)]
    [InlineData(P | W | U, Who.User, "system", true, false, true, true, 1)]
    [InlineData(P | W | U | 1ul << 50, Who.User, "read", true, false, false, true, 0xD)]
    [InlineData(P | 1ul << 50, Who.Supervisor, "write", true, false, false, true, 0xB)]
    [InlineData(1ul << 50, Who.Supervisor, "write", true, false, false, true, 2)]
    public void ALeafGivesThisError(ulong bits, Who who, string what, bool protect, bool smep, bool smap, bool noExecute, int expected)
    {
        _processor.UseIdentity();
        _processor.Put(0x4000 + (0x80 * 8), 0x10000 | bits);
        Set(protect, smep, smap, noExecute);
        _processor.Cpl(who == Who.User ? 3u : 0);

        Check(what, expected);
    }

    // An upper level narrows what the leaf gives: not writable, not for users, not executable.
    [Theory]
    [InlineData(0x1000ul)]
    [InlineData(0x2000ul)]
    [InlineData(0x3000ul)]
    public void EveryLevelCounts(ulong entry)
    {
        _processor.UseIdentity();
        _processor.Cpl(3);
        ulong whole = _processor.Get(entry);
        foreach ((ulong changed, string what, int expected) in ((ulong, string, int)[])
            [(whole & ~W, "write", 7), (whole & ~W, "read", -1), (whole & ~U, "read", 5), (whole | Nx, "fetch", 0x15), (whole | Nx, "read", -1), (whole & ~P, "read", 4)])
        {
            _processor.Put(entry, changed);
            Mmu.FlushAll(_processor.Cpu);
            Check(what, expected);
        }
    }

    [Fact]
    public void AFaultMarksNothing()
    {
        _processor.UseIdentity(leafBits: P);
        _processor.Cpl(3);
        byte[] before = _processor.Bytes.ToArray();
        Check("read", 5);
        Assert.True(_processor.Bytes.SequenceEqual(before));
    }

    [Fact]
    public void PagesOf4MiBReach40Bits()
    {
        byte* high = _processor.AddRegion(0x12_0040_0000, 1, VmmEngine.Memory.MemoryProtection.All);
        high[0x123] = 55;
        *(uint*)(_processor.Ram + 0x1000 + (3 * 4)) = 0x0040_0087 | (0x12 << 13);
        _processor.Use(PagingMode.TwoLevel, 0x1000);
        Assert.True(LinearMemory.TryRead(_processor.Cpu, 0xC0_0123, out byte value, Access.Read));
        Assert.Equal(55, value);
    }

    [Fact]
    public void PaeReadsItsDirectoryPointersOnlyWhenCr3IsLoaded()
    {
        Cpu* cpu = _processor.Cpu;
        _processor.Put(0x1020, 0x2001);
        _processor.Put(0x2000, 0x87);
        _processor.Use(PagingMode.Pae, 0x1020);
        _processor.Put(0x1020, 0);
        Assert.True(LinearMemory.TryRead(cpu, 0x1234, out byte _, Access.Read));
        Mmu.FlushAll(cpu);
        Assert.True(LinearMemory.TryRead(cpu, 0x1234, out byte _, Access.Read));

        Assert.Equal(Step.Next, Mmu.LoadCr3(cpu, 0x1020));

        Assert.False(LinearMemory.TryRead(cpu, 0x1234, out byte _, Access.Read));
    }

    [Theory]
    [InlineData(0x2003ul)]
    [InlineData(0x2021ul)]
    [InlineData(0x8000_0000_0000_2001ul)]
    public void ADirectoryPointerWithReservedBitsIsNotLoaded(ulong pointer)
    {
        Cpu* cpu = _processor.Cpu;
        _processor.Put(0x1000, 0x2001);
        _processor.Put(0x2000, 0x87);
        _processor.Use(PagingMode.Pae, 0x1000);
        _processor.Put(0x1058, pointer);

        Assert.Equal(Step.Fault, Mmu.LoadCr3(cpu, 0x1040));

        Assert.Equal(Vectors.GeneralProtection, cpu->Exception.Vector);
        Assert.Equal(0x1000ul, cpu->Cr3);
        Assert.True(LinearMemory.TryRead(cpu, 0x1234, out byte _, Access.Read));
    }

    [Fact]
    public void TablesInReadOnlyMemoryTranslateAndStayAsTheyAre()
    {
        Cpu* cpu = _processor.Cpu;
        ulong* table = (ulong*)_processor.AddRegion(0x10_0000, 1, VmmEngine.Memory.MemoryProtection.Read);
        table[0] = 0x87;
        _processor.Put(0x1000, 0x2007);
        _processor.Put(0x2000, 0x10_0007);
        _processor.Use(PagingMode.FourLevel, 0x1000);
        using TestBlock block = new(&TestOps.Store<uint>, 4);
        cpu->General[3] = 9;
        Assert.Equal(Step.Next, block.Run(cpu, 0x5000));
        Assert.Equal(9u, *(uint*)(_processor.Ram + 0x5000));
        Assert.Equal(0x87ul, table[0]);
    }

    [Theory]
    [InlineData(0xF000_0000ul)]
    [InlineData(0x3FFF_FFFF_F000ul)]
    [InlineData(ulong.MaxValue)]
    public void TablesOutsideMemoryAreAllOnes(ulong cr3)
    {
        _processor.Use(PagingMode.FourLevel, cr3);
        Check("read", (int)(PageWalk.ErrorPresent | PageWalk.ErrorReserved));
    }

    [Fact]
    public void ATableThatContainsItselfIsAPageToo()
    {
        // All four levels read the same entry, and so does the access.
        Cpu* cpu = _processor.Cpu;
        _processor.Put(0x1000, 0x1003);
        _processor.Use(PagingMode.FourLevel, 0x1000);
        Assert.True(LinearMemory.TryWrite(cpu, 0x10, 5ul, Access.Write));
        Assert.Equal(0x1003 | PageWalk.Accessed | PageWalk.Dirty, _processor.Get(0x1000));
        Assert.Equal(5ul, _processor.Get(0x1010));
    }

    public void Dispose() => _processor.Dispose();

    private void Set(bool protect, bool smep, bool smap, bool noExecute)
    {
        Cpu* cpu = _processor.Cpu;
        cpu->Cr0 = Cr0Bits.ProtectionEnable | Cr0Bits.Paging | (protect ? Cr0Bits.WriteProtect : 0);
        cpu->Cr4 |= (smep ? Cr4Bits.SupervisorExecutionPrevention : 0) | (smap ? Cr4Bits.SupervisorAccessPrevention : 0);
        cpu->Efer = EferBits.LongModeActive | (noExecute ? EferBits.NoExecute : 0);
        Mmu.StateReplaced(cpu);
    }

    private void Check(string what, int expected)
    {
        Access access = what switch { "write" => Access.Write, "fetch" => Access.Execute, "system" => Access.System, _ => Access.Read };
        bool translated = Mmu.TryTranslate(_processor.Cpu, Linear, access, out ulong _);
        Assert.Equal(expected < 0, translated);
        if (!translated)
        {
            Assert.Equal((Vectors.PageFault, (uint)expected, Linear), (_processor.Cpu->Exception.Vector, _processor.Cpu->Exception.ErrorCode, _processor.Cpu->Exception.Address));
        }
    }
}
