using VmmEngine.Backends;

namespace VmmEngine.SoftX86.Tests.Memory;

/// <summary>Effective addresses: what each variant adds, cuts and checks.</summary>
public sealed unsafe class AddressOpsTests : IDisposable
{
    private const uint Writable = AccessBits.Present | AccessBits.NotSystem | AccessBits.Writable;
    private const int Rbx = 3 * 8;
    private const int Rsi = 6 * 8;
    private readonly MemoryProcessor _processor = new();

    // base register, index register, scale, displacement -> address, for a segment base of 0x1000 where one counts.
    [Theory]
    [InlineData(CpuMode.Long64, SegmentIndex.Ds, 8, true, 0x7FFF_0000_0000ul, 0x10ul, 3, -8, 0x7FFF_0000_0078ul)]
    [InlineData(CpuMode.Long64, SegmentIndex.Fs, 8, true, 0x7FFF_0000_0000ul, 0x10ul, 0, 0, 0x7FFF_0000_1010ul)]
    [InlineData(CpuMode.Long64, SegmentIndex.Ds, 4, true, 0xF_FFFF_FFF0ul, 0x20ul, 0, 0, 0x10ul)]
    [InlineData(CpuMode.Long64, SegmentIndex.Gs, 4, true, 0xF_FFFF_FFF0ul, 0x20ul, 0, 0, 0x1010ul)]
    [InlineData(CpuMode.Protected32, SegmentIndex.Ds, 4, true, 0xFFFF_FFF0ul, 0x20ul, 0, 4, 0x14ul)]
    [InlineData(CpuMode.Protected32, SegmentIndex.Ds, 2, true, 0xFFFF_FFF0ul, 0x20ul, 0, 4, 0x14ul)]
    [InlineData(CpuMode.Protected32, SegmentIndex.Es, 4, false, 0x20ul, 0x20ul, 2, 4, 0x10A4ul)]
    [InlineData(CpuMode.Real, SegmentIndex.Es, 2, false, 0xFFF0ul, 0x20ul, 0, 4, 0x1014ul)]
    internal void AnAddressIsCutToItsSize(
        CpuMode mode, int segment, int addressSize, bool flat, ulong first, ulong index, int scale, int displacement, ulong expected)
    {
        using TestBlock block = Block(segment, addressSize, scale, displacement);
        block[0].Handler = AddressOps.Select(mode, segment, addressSize, flat, Access.Write);
        Prepare(mode, segment, flat);
        (_processor.Cpu->General[3], _processor.Cpu->General[6]) = (first, index);

        Assert.Equal(Step.Next, block.Run(_processor.Cpu));

        Assert.Equal(1ul, _processor.Cpu->General[15]);
        Assert.Equal(expected, _processor.Cpu->EffectiveAddress);
    }

    [Theory]
    [InlineData(Access.Read, 4)]
    [InlineData(Access.Write, 4)]
    [InlineData(Access.Read, 2)]
    [InlineData(Access.Write, 2)]
    internal void AnOffsetBeyondTheLimitFaultsAtTheInstruction(Access access, int addressSize)
    {
        using TestBlock block = Block(SegmentIndex.Es, addressSize, 0, 0);
        block[0].Handler = AddressOps.Select(CpuMode.Protected32, SegmentIndex.Es, addressSize, flat: false, access);
        Prepare(CpuMode.Protected32, SegmentIndex.Es, flat: false);
        _processor.Cpu->General[3] = 0xFFFD;

        Assert.Equal(Step.Fault, block.Run(_processor.Cpu));

        Assert.Equal(Vectors.GeneralProtection, _processor.Cpu->Exception.Vector);
        Assert.Equal(TestBlock.Rip + TestBlock.Offset, _processor.Cpu->Rip);
        Assert.Equal(0ul, _processor.Cpu->General[15]);
    }

    [Theory]
    [InlineData(2, 15L, 0x1000L)]
    [InlineData(2, 16L, 0x1002L)]
    [InlineData(2, -1L, 0xFFEL)]
    [InlineData(4, 0x1_0000_0020L, 0x1004L)]
    [InlineData(8, 64L, 0x1008L)]
    [InlineData(8, -64L, 0xFF8L)]
    public void ABitOffsetChoosesAnElement(int size, long bit, long expected)
    {
        using TestBlock block = Block(SegmentIndex.Ds, 8, 0, 0);
        block[0].Handler = &AddressOps.BitString;
        block[0].Size = (byte)size;
        block[0].Source = 2 * 8;
        block[0].Extra = (ushort)Access.Modify;
        _processor.Cpu->Mode = CpuMode.Long64;
        (_processor.Cpu->General[3], _processor.Cpu->General[2]) = (0x1000, (ulong)bit);
        Assert.Equal(Step.Next, block.Run(_processor.Cpu));
        Assert.Equal((ulong)expected, _processor.Cpu->EffectiveAddress);
    }

    [Fact]
    public void AnAbsoluteOffsetHas64Bits()
    {
        using TestBlock block = Block(SegmentIndex.Gs, 8, 0, 0);
        block[0].Handler = &AddressOps.Absolute;
        block[0].Immediate = 0xFFFF_8123_4567_0000;
        Prepare(CpuMode.Long64, SegmentIndex.Gs, flat: true);
        Assert.Equal(Step.Next, block.Run(_processor.Cpu));
        Assert.Equal(0xFFFF_8123_4567_1000ul, _processor.Cpu->EffectiveAddress);
    }

    public void Dispose() => _processor.Dispose();

    private static TestBlock Block(int segment, int addressSize, int scale, int displacement)
    {
        TestBlock block = new(null, 4);
        block[0].Segment = (byte)segment;
        block[0].AddressSize = (byte)addressSize;
        block[0].Base = Rbx;
        block[0].Index = Rsi;
        block[0].Scale = (byte)scale;
        block[0].Displacement = displacement;
        return block;
    }

    private void Prepare(CpuMode mode, int segment, bool flat)
    {
        _processor.Cpu->Mode = mode;
        bool based = !flat || segment >= SegmentIndex.Fs;
        _processor.Cpu->Segments[segment] = new SegmentRegister { Base = based ? 0x1000ul : 0, Limit = 0xFFFF, Access = Writable };
    }
}
