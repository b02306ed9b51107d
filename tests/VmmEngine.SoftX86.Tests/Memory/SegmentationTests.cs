using VmmEngine.Backends;

namespace VmmEngine.SoftX86.Tests.Memory;

/// <summary>Segment checks: limits in both directions, types, null, and what each mode ignores.</summary>
public sealed unsafe class SegmentationTests : IDisposable
{
    private const uint Data = AccessBits.Present | AccessBits.NotSystem;
    private const uint Writable = Data | AccessBits.Writable;
    private const uint Code = Data | AccessBits.Code;
    private readonly MemoryProcessor _processor = new();

    // Mode, rights, base, limit, offset, size, write; -1 = refused, else the linear address.
    [Theory]
    [InlineData(CpuMode.Protected32, Writable, 0x1000, 0xFFF, 0xFFC, 4, true, 0x1FFC)]
    [InlineData(CpuMode.Protected32, Writable, 0x1000, 0xFFF, 0xFFD, 4, true, -1)]
    [InlineData(CpuMode.Protected32, Writable, 0x1000, 0xFFF, 0xFFF, 1, false, 0x1FFF)]
    [InlineData(CpuMode.Protected32, Writable, 0x1000, 0xFFF, 0x1000, 1, false, -1)]
    [InlineData(CpuMode.Protected32, Writable, 0x1000, 0xFFFF, 0xFFFF_FFFE, 4, false, -1)]
    [InlineData(CpuMode.Protected32, Writable, 0, 0xFFFF_FFFF, 0xFFFF_FFFE, 4, false, 0xFFFF_FFFE)]
    [InlineData(CpuMode.Protected32, Writable, 0xFFFF_F000, 0xFFFF_FFFF, 0x2345, 4, false, 0x1345)]
    [InlineData(CpuMode.Protected32, Data, 0, 0xFFFF, 0, 4, false, 0)]
    [InlineData(CpuMode.Protected32, Data, 0, 0xFFFF, 0, 4, true, -1)]
    [InlineData(CpuMode.Protected32, Code, 0, 0xFFFF, 0, 4, false, -1)]
    [InlineData(CpuMode.Protected32, Code | AccessBits.Writable, 0, 0xFFFF, 0, 4, false, 0)]
    [InlineData(CpuMode.Protected32, Code | AccessBits.Writable, 0, 0xFFFF, 0, 4, true, -1)]
    [InlineData(CpuMode.Protected32, Writable | AccessBits.Unusable, 0, 0xFFFF, 0, 4, false, -1)]
    [InlineData(CpuMode.Protected32, AccessBits.NotSystem | AccessBits.Writable, 0, 0xFFFF, 0, 4, false, -1)]
    [InlineData(CpuMode.Protected32, Writable | AccessBits.ExpandDown | AccessBits.Big, 0, 0xFFF, 0xFFF, 1, true, -1)]
    [InlineData(CpuMode.Protected32, Writable | AccessBits.ExpandDown | AccessBits.Big, 0, 0xFFF, 0x1000, 4, true, 0x1000)]
    [InlineData(CpuMode.Protected32, Writable | AccessBits.ExpandDown | AccessBits.Big, 0, 0xFFF, 0xFFFF_FFFC, 4, true, 0xFFFF_FFFC)]
    [InlineData(CpuMode.Protected32, Writable | AccessBits.ExpandDown | AccessBits.Big, 0, 0xFFF, 0xFFFF_FFFD, 4, true, -1)]
    [InlineData(CpuMode.Protected16, Writable | AccessBits.ExpandDown, 0, 0xFFF, 0xFFFC, 4, true, 0xFFFC)]
    [InlineData(CpuMode.Protected16, Writable | AccessBits.ExpandDown, 0, 0xFFF, 0xFFFD, 4, true, -1)]
    [InlineData(CpuMode.Protected16, Writable | AccessBits.ExpandDown, 0, 0xFFF, 0x1_0000, 1, true, -1)]
    [InlineData(CpuMode.Compatibility32, Writable, 0x1000, 0xFFF, 0xFFD, 4, true, -1)]
    [InlineData(CpuMode.Real, Writable, 0xF_FFF0, 0xFFFF, 0x20, 2, true, 0x10_0010)]
    [InlineData(CpuMode.Real, Writable, 0, 0xFFFF, 0xFFFF, 2, true, -1)]
    [InlineData(CpuMode.Real, Code, 0, 0xFFFF, 0x10, 2, true, 0x10)]
    [InlineData(CpuMode.Real, Writable, 0, 0xFFFF_FFFF, 0x12_3456, 4, true, 0x12_3456)]
    [InlineData(CpuMode.Virtual8086, Writable, 0x50, 0xFFFF, 0xFFFE, 4, true, -1)]
    [InlineData(CpuMode.Long64, 0u, 0x1000, 0, 0x12_3456_7890, 8, true, 0x12_3456_7890)]
    internal void AnAccessIsCheckedAgainstItsSegment(CpuMode mode, uint rights, long start, uint limit, long offset, int size, bool write, long expected)
    {
        Cpu* cpu = _processor.Cpu;
        cpu->Mode = mode;
        foreach (int segment in (int[])[SegmentIndex.Ds, SegmentIndex.Ss])
        {
            cpu->Segments[segment] = new SegmentRegister { Base = (ulong)start, Limit = limit, Access = rights };
            cpu->Exception = default;

            bool allowed = Segmentation.TryLinear(cpu, segment, (ulong)offset, size, write ? Access.Write : Access.Read, out ulong linear);

            Assert.Equal(expected >= 0, allowed);
            if (allowed)
            {
                Assert.Equal((ulong)expected, linear);
            }
            else
            {
                Assert.Equal(segment == SegmentIndex.Ss ? Vectors.StackFault : Vectors.GeneralProtection, cpu->Exception.Vector);
                Assert.Equal((1, 0u), (cpu->Exception.HasErrorCode, cpu->Exception.ErrorCode));
            }
        }
    }

    [Theory]
    [InlineData(SegmentIndex.Fs, 0xFFFF_8000_0000_0000, 0x10, 8, 0xFFFF_8000_0000_0010, true)]
    [InlineData(SegmentIndex.Gs, 0x7FFF_FFFF_F000, 0xFF8, 8, 0x7FFF_FFFF_FFF8, true)]
    [InlineData(SegmentIndex.Gs, 0x7FFF_FFFF_F000, 0xFF9, 8, 0, false)]
    [InlineData(SegmentIndex.Gs, 0x7FFF_FFFF_F000, 0x1000, 1, 0, false)]
    [InlineData(SegmentIndex.Es, 0x7FFF_FFFF_F000, 0x1000, 1, 0x1000, true)]
    public void LongModeHasBasesOnlyInFsAndGs(int segment, ulong start, ulong offset, int size, ulong expected, bool allowed)
    {
        Cpu* cpu = _processor.Cpu;
        cpu->Mode = CpuMode.Long64;
        cpu->Segments[segment] = new SegmentRegister { Base = start };
        Assert.Equal(allowed, Segmentation.TryLinear(cpu, segment, offset, size, Access.Write, out ulong linear));
        Assert.True(!allowed || linear == expected);
    }

    [Theory]
    [InlineData(CpuMode.Long64, 0u, 0x1_0000_8000ul, 0x1_0000_7FF8ul)]
    [InlineData(CpuMode.Protected32, AccessBits.Big, 0x1_0000_8000ul, 0x7FF8ul)]
    [InlineData(CpuMode.Protected32, 0u, 0xABCD_0000ul, 0xABCD_FFF8ul)]
    internal void TheStackPointerIsAsWideAsModeAndSsSay(CpuMode mode, uint big, ulong rsp, ulong expected)
    {
        Cpu* cpu = _processor.Cpu;
        cpu->Mode = mode;
        cpu->Segments[SegmentIndex.Ss] = new SegmentRegister { Limit = uint.MaxValue, Access = Writable | big };
        cpu->General[4] = rsp;
        if (mode == CpuMode.Long64)
        {
            // 5 GiB up there is memory, too.
            _processor.AddRegion(0x1_0000_0000, 16, VmmEngine.Memory.MemoryProtection.All);
            IdentityAbove4GiB();
            cpu->Mode = mode;
        }

        Assert.True(Stack.TryPush(cpu, 0x1122_3344_5566_7788, 8));
        Assert.Equal(expected, cpu->General[4]);
        Assert.True(Stack.TryPeek(cpu, 4, out ulong upper, 4));
        Assert.Equal(0x1122_3344ul, upper);
        Assert.True(Stack.TryPop(cpu, out ulong value, 8));
        Assert.Equal(0x1122_3344_5566_7788ul, value);
        Assert.Equal(mode == CpuMode.Long64 ? rsp : big != 0 ? (uint)rsp : rsp, cpu->General[4]);
    }

    [Fact]
    public void AFailedPushLeavesTheStackPointer()
    {
        Cpu* cpu = _processor.Cpu;
        cpu->Mode = CpuMode.Protected32;
        cpu->Segments[SegmentIndex.Ss] = new SegmentRegister { Limit = 0xFFF, Access = Writable | AccessBits.Big };
        cpu->General[4] = 0x2000;
        Assert.False(Stack.TryPush(cpu, 1, 4));
        Assert.Equal(Vectors.StackFault, cpu->Exception.Vector);
        Assert.Equal(0x2000ul, cpu->General[4]);
    }

    public void Dispose() => _processor.Dispose();

    private void IdentityAbove4GiB()
    {
        _processor.UseIdentity();
        _processor.Put(0x2000 + (4 * 8), 0x1_0000_0087);
        Mmu.FlushAll(_processor.Cpu);
    }
}
