using System.Numerics;

namespace VmmEngine.SoftX86.Tests.Memory;

/// <summary>Operands on two pages: every size, every distance from the boundary, every kind of access.</summary>
public sealed unsafe class PageCrossingTests
{
    private const ulong First = 0x10_0000;
    private const ulong Boundary = First + 4096;

    [Fact]
    public void EverySizeAndPlaceIsRead()
    {
        Read<byte>();
        Read<ushort>();
        Read<uint>();
        Read<ulong>();
        Read<UInt128>();
    }

    [Fact]
    public void EverySizeAndPlaceIsWritten()
    {
        Write<byte>();
        Write<ushort>();
        Write<uint>();
        Write<ulong>();
        Write<UInt128>();
    }

    [Fact]
    public void EverySizeAndPlaceIsModified()
    {
        Modify<byte>();
        Modify<ushort>();
        Modify<uint>();
        Modify<ulong>();
    }

    [Theory]
    [InlineData(Boundary - 1, 0x4000 + (256 * 8), First + 4095)]
    [InlineData(Boundary - 1, 0x4000 + (257 * 8), Boundary)]
    public void AFaultOnEitherPageLeavesBothAsTheyWere(ulong linear, ulong entry, ulong faulting)
    {
        using MemoryProcessor processor = Machine();
        processor.Put(entry, processor.Get(entry) & ~2ul);
        Mmu.FlushAll(processor.Cpu);
        processor.Cpu->General[3] = ulong.MaxValue;
        byte[] before = processor.Bytes[0x10000..].ToArray();
        using TestBlock block = new(&TestOps.Store<ulong>, 8);

        Assert.Equal(Step.Fault, block.Run(processor.Cpu, linear));

        Assert.Equal(Vectors.PageFault, processor.Cpu->Exception.Vector);
        Assert.Equal(faulting, processor.Cpu->Exception.Address);
        Assert.Equal(PageWalk.ErrorPresent | PageWalk.ErrorWrite, processor.Cpu->Exception.ErrorCode);
        Assert.Equal(TestBlock.Rip + TestBlock.Offset, processor.Cpu->Rip);
        Assert.Equal(0ul, processor.Cpu->General[15]);
        Assert.True(processor.Bytes[0x10000..].SequenceEqual(before));
    }

    [Fact]
    public void AHandlerThatFaultsOnACopyHasWrittenNothing()
    {
        using MemoryProcessor processor = Machine();
        byte[] before = processor.Bytes[0x10000..].ToArray();
        using TestBlock block = new(&TestOps.StoreAndFault, 8);

        Assert.Equal(Step.Fault, block.Run(processor.Cpu, Boundary - 4));

        Assert.Equal(Vectors.GeneralProtection, processor.Cpu->Exception.Vector);
        Assert.True(processor.Cpu->Current == block.Ops);
        Assert.True(processor.Bytes[0x10000..].SequenceEqual(before));
    }

    [Fact]
    public void TheEndOf32BitsIsFollowedByItsBeginning()
    {
        using MemoryProcessor processor = new();
        byte* top = processor.AddRegion(0xFFFF_F000, 1, VmmEngine.Memory.MemoryProtection.All);
        processor.Use(PagingMode.Flat);
        processor.Cpu->General[3] = 0x1122_3344_5566_7788;
        using TestBlock block = new(&TestOps.Store<ulong>, 8);

        Assert.Equal(Step.Next, block.Run(processor.Cpu, 0xFFFF_FFFD));

        Assert.Equal(0x66_7788u, *(uint*)(top + 4092) >> 8);
        Assert.Equal(0x11_2233_4455ul, processor.Get(0));
    }

    [Fact]
    public void AMicroOpThatUnderstatesItsSizeIsFoundOut()
    {
        using MemoryProcessor processor = Machine();
        using TestBlock block = new(&TestOps.Load<ulong>, 1);

        Assert.Equal(Step.Exit, block.Run(processor.Cpu, Boundary - 2));

        Assert.Equal((ulong)MemoryFailure.InconsistentMicroOp, processor.Cpu->Exit->Detail);
    }

    private static void Read<T>()
        where T : unmanaged, IBinaryInteger<T>
    {
        using MemoryProcessor processor = Machine();
        using TestBlock block = new(Load<T>(), sizeof(T));
        foreach (ulong linear in Places(sizeof(T)))
        {
            Assert.Equal(Step.Next, block.Run(processor.Cpu, linear));
            Assert.Equal(1ul, processor.Cpu->General[15]);
            Assert.Equal(Expected<T>(processor, linear), *(T*)processor.Cpu->Xmm);
        }
    }

    private static void Write<T>()
        where T : unmanaged, IBinaryInteger<T>
    {
        using MemoryProcessor processor = Machine();
        using TestBlock block = new(Store<T>(), sizeof(T));
        block[0].Source = 1024;
        foreach (ulong linear in Places(sizeof(T)))
        {
            T value = T.CreateTruncating(UInt128.MaxValue / 7 * (linear & 0xFF));
            *(T*)processor.Cpu->Xmm = value;
            byte[] expected = processor.Bytes[0x20000..].ToArray();
            Put(expected, linear, value);

            Assert.Equal(Step.Next, block.Run(processor.Cpu, linear));

            Assert.Equal(1ul, processor.Cpu->General[15]);
            Assert.True(processor.Bytes[0x20000..].SequenceEqual(expected));
        }
    }

    private static void Modify<T>()
        where T : unmanaged, IBinaryInteger<T>
    {
        using MemoryProcessor processor = Machine();
        using TestBlock block = new(&TestOps.Exchange<T>, sizeof(T));
        foreach (ulong linear in Places(sizeof(T)))
        {
            T old = Expected<T>(processor, linear);
            T addend = T.CreateTruncating(0xF1E2_D3C4_B5A6_9788);
            processor.Cpu->General[3] = 0xF1E2_D3C4_B5A6_9788;
            byte[] expected = processor.Bytes[0x20000..].ToArray();
            Put(expected, linear, unchecked(old + addend));

            Assert.Equal(Step.Next, block.Run(processor.Cpu, linear));

            Assert.Equal(old, T.CreateTruncating(processor.Cpu->General[3]));
            Assert.True(processor.Bytes[0x20000..].SequenceEqual(expected));
        }
    }

    private static delegate*<Cpu*, MicroOp*, void> Load<T>()
        where T : unmanaged => &TestOps.Load<T>;

    private static delegate*<Cpu*, MicroOp*, void> Store<T>()
        where T : unmanaged => &TestOps.Store<T>;

    private static IEnumerable<ulong> Places(int size)
    {
        for (int before = size + 1; before >= 0; before--)
        {
            yield return Boundary - (ulong)before;
        }
    }

    private static T Expected<T>(MemoryProcessor processor, ulong linear)
        where T : unmanaged, IBinaryInteger<T>
    {
        T value = T.Zero;
        for (int i = sizeof(T) - 1; i >= 0; i--)
        {
            value = (sizeof(T) == 1 ? T.Zero : value << 8) | T.CreateTruncating(processor.Bytes[0x20000 + Index(linear + (ulong)i)]);
        }

        return value;
    }

    private static void Put<T>(byte[] bytes, ulong linear, T value)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < sizeof(T); i++)
        {
            bytes[Index(linear + (ulong)i)] = byte.CreateTruncating(value >> (i * 8 % (sizeof(T) * 8)));
        }
    }

    // The two pages are swapped in physical memory: whoever copies straight over the boundary is found out.
    private static int Index(ulong linear) => linear < Boundary ? (int)(linear - First) + 4096 : (int)(linear - Boundary);

    private static MemoryProcessor Machine()
    {
        MemoryProcessor processor = new();
        processor.UseIdentity();
        processor.Put(0x4000 + (256 * 8), 0x21007);
        processor.Put(0x4000 + (257 * 8), 0x20007);
        Mmu.FlushAll(processor.Cpu);
        new Random(5).NextBytes(processor.Bytes[0x20000..]);
        return processor;
    }
}
