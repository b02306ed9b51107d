using System.Numerics;
using VmmEngine.Backends;

namespace VmmEngine.SoftX86.Tests.Memory;

/// <summary>Operands where no memory is: what exits they make, and that the instruction happens once, afterwards.</summary>
public sealed unsafe class MmioTests
{
    // The memory of these machines ends here.
    private const ulong Device = 64 * MemoryProcessor.Page;
    private const ulong Pattern = 0xF1E2_D3C4_B5A6_9788;

    [Fact]
    public void AReadOfEverySizeIsOneExit()
    {
        Read<byte>();
        Read<ushort>();
        Read<uint>();
        Read<ulong>();
    }

    [Fact]
    public void AWriteOfEverySizeIsOneExit()
    {
        Write<byte>();
        Write<ushort>();
        Write<uint>();
        Write<ulong>();
    }

    [Fact]
    public void AReadModifyWriteOfEverySizeIsTwoExitsAndHappensOnce()
    {
        Modify<byte>();
        Modify<ushort>();
        Modify<uint>();
        Modify<ulong>();
    }

    [Fact]
    public void SixteenBytesAreTwoExitsEachWay()
    {
        using MemoryProcessor processor = new();
        Cpu* cpu = processor.Cpu;
        using TestBlock load = new(&TestOps.Load<UInt128>, 16);
        Assert.Equal(Step.Exit, load.Run(cpu, Device + 32));
        Expect(cpu, ExitReason.MmioRead, Device + 32, 8);
        cpu->Exit->Data = 1;
        Assert.Equal(Step.Exit, Complete(cpu));
        Expect(cpu, ExitReason.MmioRead, Device + 40, 8);
        cpu->Exit->Data = 2;
        Assert.Equal(Step.EndBlock, Complete(cpu));
        Assert.Equal((1ul, 2ul), (cpu->Xmm[0], cpu->Xmm[1]));

        using TestBlock store = new(&TestOps.Store<UInt128>, 16);
        store[0].Source = 1024;
        Assert.Equal(Step.Exit, store.Run(cpu, Device + 32));
        Expect(cpu, ExitReason.MmioWrite, Device + 32, 8, 1);
        Assert.Equal(Step.Exit, Complete(cpu));
        Expect(cpu, ExitReason.MmioWrite, Device + 40, 8, 2);
        Assert.Equal(Step.EndBlock, Complete(cpu));
    }

    [Fact]
    public void AWriteFromMemoryIntoADeviceReachesMemoryLast()
    {
        using MemoryProcessor processor = new();
        Cpu* cpu = processor.Cpu;
        cpu->General[3] = Pattern;
        using TestBlock block = new(&TestOps.Store<ulong>, 8);

        Assert.Equal(Step.Exit, block.Run(cpu, Device - 5));
        Expect(cpu, ExitReason.MmioWrite, Device, 2, Pattern >> 40 & 0xFFFF);
        Assert.Equal(Step.Exit, Complete(cpu));
        Expect(cpu, ExitReason.MmioWrite, Device + 2, 1, Pattern >> 56);
        Assert.Equal(0ul, processor.Get(Device - 8));
        Assert.Equal(Step.EndBlock, Complete(cpu));

        Assert.Equal(Pattern << 24, processor.Get(Device - 8));
    }

    [Fact]
    public void AReadModifyWriteAcrossTheBorderAsksAndTellsTheDevicesPart()
    {
        using MemoryProcessor processor = new();
        Cpu* cpu = processor.Cpu;
        processor.Put(Device - 8, 0x1111_1111_2222_2222);
        cpu->General[3] = 0x0101_0101_0101_0101;
        using TestBlock block = new(&TestOps.Exchange<ulong>, 8);

        Assert.Equal(Step.Exit, block.Run(cpu, Device - 4));
        Expect(cpu, ExitReason.MmioRead, Device, 4);
        cpu->Exit->Data = 0x3333_3333;
        Assert.Equal(Step.Exit, Complete(cpu));
        Expect(cpu, ExitReason.MmioWrite, Device, 4, 0x3434_3434);
        Assert.Equal(0x0101_0101_0101_0101ul, cpu->General[3]);
        Assert.Equal(Step.EndBlock, Complete(cpu));

        Assert.Equal(0x3333_3333_1111_1111ul, cpu->General[3]);
        Assert.Equal(0x1212_1212_2222_2222ul, processor.Get(Device - 8));
    }

    [Fact]
    public void TheStateOfAnExitIsTheOneBeforeTheInstruction()
    {
        using MemoryProcessor processor = new();
        Cpu* cpu = processor.Cpu;
        cpu->General[3] = Pattern;
        using TestBlock block = new(&TestOps.Exchange<ulong>, 8);
        block.Run(cpu, Device);
        cpu->Exit->Data = 5;
        Assert.Equal(Step.Exit, Complete(cpu));

        // Whoever handles the exit may also do the instruction himself: the completion is dropped, and the next access starts anew.
        cpu->Completion = null;
        Assert.Equal(Pattern, cpu->General[3]);
        Assert.Equal(TestBlock.Rip + TestBlock.Offset, cpu->Rip);
        Assert.Equal(Step.Exit, block.Run(cpu, Device));
        Expect(cpu, ExitReason.MmioRead, Device, 8);
    }

    [Fact]
    public void TheAnswerIsCutToTheSizeAsked()
    {
        using MemoryProcessor processor = new();
        using TestBlock block = new(&TestOps.Load<ushort>, 2);
        block.Run(processor.Cpu, Device);
        processor.Cpu->Exit->Data = ulong.MaxValue;
        Complete(processor.Cpu);
        Assert.Equal(0xFFFFul, processor.Cpu->Xmm[0]);
    }

    [Theory]
    [InlineData(TestBlock.Offset, 1ul, TestBlock.Rip + 0x50)]
    [InlineData(TestBlock.Offset, 0ul, TestBlock.Rip - 0x30)]
    [InlineData(0, 1ul, TestBlock.Rip + 0x50)]
    [InlineData(0, 0ul, TestBlock.Rip - 0x30)]
    public void ABranchOnADeviceGoesWhereItsLinkSays(int offset, ulong answer, ulong target)
    {
        using MemoryProcessor processor = new();
        Cpu* cpu = processor.Cpu;
        processor.Use(PagingMode.Flat);
        using TestBlock block = new(&TestOps.BranchIfByte, 1);
        block[0].Offset = (ushort)offset;
        *(Link*)(block.Ops + 1) = new Link { Delta = 0x50, Mask = uint.MaxValue, Completed = 3, Kind = LinkKind.Direct };
        *(Link*)(block.Ops + 2) = new Link { Delta = -0x30, Mask = uint.MaxValue, Completed = 3, Kind = LinkKind.Patchable };
        cpu->Budget = 100;
        Assert.Equal(Step.Exit, block.Run(cpu, Device));
        cpu->Exit->Data = answer;

        Assert.Equal(Step.EndBlock, Complete(cpu));

        Assert.Equal(target, cpu->Rip);
        Assert.Equal(99, cpu->Budget); // the loop counts the pair's other instruction
    }

    [Fact]
    public void ABranchOnAPageBorderTakesTheLinkOfItsBlock()
    {
        using MemoryProcessor processor = new();
        using TestBlock block = new(&TestOps.BranchIfByte, 1);
        processor.Bytes[0x5000] = 1;
        processor.MarkCode(0x5000);
        Assert.Equal(Step.Next, block.Run(processor.Cpu, 0x5000));
        Assert.True(processor.Cpu->Link == block.Ops + 1);
    }

    [Fact]
    public void AnEarlierMicroOpOfTheInstructionIsNotRepeated()
    {
        // PUSH of a device's word onto a stack in another device: two micro-ops, two exits.
        using MemoryProcessor processor = new();
        Cpu* cpu = processor.Cpu;
        using TestBlock block = new(&TestOps.Load<ulong>, 8);
        block[2] = block[1];
        block[1] = block[0];
        block[1].Handler = &TestOps.Store<ulong>;
        block[1].Source = 1024;
        Assert.Equal(Step.Exit, block.Run(cpu, Device + 8));
        cpu->Exit->Data = Pattern;
        Assert.Equal(Step.Exit, Complete(cpu));
        Expect(cpu, ExitReason.MmioWrite, Device + 8, 8, Pattern);
        Assert.Equal(Step.EndBlock, Complete(cpu));
        Assert.Equal(TestBlock.Rip + TestBlock.Offset + TestBlock.Length, cpu->Rip);
    }

    [Fact]
    public void AHelperIsRepeatedUntilItNeedsNoMore()
    {
        using MemoryProcessor processor = new();
        Cpu* cpu = processor.Cpu;
        using TestBlock block = new(&TestOps.Helper, 8);
        block[0].Target = (ulong)(delegate*<Cpu*, MicroOp*, Step>)&CopyWord;
        (cpu->General[6], cpu->General[7]) = (Device, Device + 64);
        Assert.Equal(Step.Fault, block.Run(cpu));
        Assert.Equal(Step.Exit, Mmu.TakeRefusal(cpu));
        Expect(cpu, ExitReason.MmioRead, Device, 8);
        cpu->Exit->Data = Pattern;
        Assert.Equal(Step.Fault, Complete(cpu));
        Assert.Equal(Step.Exit, Mmu.TakeRefusal(cpu));
        Expect(cpu, ExitReason.MmioWrite, Device + 64, 8, Pattern);
        Assert.Equal(Step.EndBlock, Complete(cpu));
        Assert.Equal((Device + 8, Device + 72), (cpu->General[6], cpu->General[7]));
        Assert.Equal(Step.Fault, Mmu.TakeRefusal(cpu));
    }

    [Fact]
    public void EveryElementOfAStringIsAskedForOnce()
    {
        using MemoryProcessor processor = new();
        Cpu* cpu = processor.Cpu;
        using TestBlock block = new(&TestOps.Helper, 8);
        block[0].Target = (ulong)(delegate*<Cpu*, MicroOp*, Step>)&CopyWords;
        const int words = 40; // more than the log of one instruction holds
        (cpu->General[1], cpu->General[6], cpu->General[7]) = (words, Device, 0x8000);
        List<ulong> asked = [];
        for (Step step = block.Run(cpu); step != Step.EndBlock; step = Complete(cpu))
        {
            Assert.Equal(Step.Fault, step);
            Assert.Equal(Step.Exit, Mmu.TakeRefusal(cpu));
            Assert.Equal(ExitReason.MmioRead, cpu->Exit->Reason);
            asked.Add(cpu->Exit->Address);
            cpu->Exit->Data = cpu->Exit->Address * 3;
            Assert.True(asked.Count <= words);
        }

        Assert.Equal(Enumerable.Range(0, words).Select(i => Device + ((ulong)i * 8)), asked);
        Assert.Equal((Device + ((words - 1) * 8)) * 3, processor.Get(0x8000 + ((words - 1) * 8)));
    }

    [Fact]
    public void AnInstructionThatAsksTooMuchIsAFailure()
    {
        using MemoryProcessor processor = new();
        Cpu* cpu = processor.Cpu;
        using TestBlock block = new(&TestOps.Helper, 8);
        block[0].Target = (ulong)(delegate*<Cpu*, MicroOp*, Step>)&SaveMuch;
        cpu->General[7] = Device;
        int exits = 0;
        for (Step step = block.Run(cpu); cpu->Exit->Reason != ExitReason.Failure; step = Complete(cpu))
        {
            Assert.Equal(Step.Fault, step);
            Assert.Equal(Step.Exit, Mmu.TakeRefusal(cpu));
            Assert.True(++exits <= MmioState.LogSize);
        }

        Assert.Equal((ulong)MemoryFailure.TooManyDeviceAccesses, cpu->Exit->Detail);
    }

    [Fact]
    public void AnExceptionsDeliveryDoesNotWaitForADevice()
    {
        using MemoryProcessor processor = new();
        processor.Cpu->Current = null;
        Assert.False(LinearMemory.TryWrite(processor.Cpu, Device, 1u, Access.Write));
        Assert.Equal(Step.Exit, Mmu.TakeRefusal(processor.Cpu));
        Assert.Equal(ExitReason.Failure, processor.Cpu->Exit->Reason);
        Assert.Equal((ulong)MemoryFailure.DeviceInDelivery, processor.Cpu->Exit->Detail);
        Assert.True(processor.Cpu->Completion == null);
    }

    [Fact]
    public void TheBlockMayBeGoneWhenTheDeviceAnswers()
    {
        using MemoryProcessor processor = new();
        Cpu* cpu = processor.Cpu;
        using (TestBlock block = new(&TestOps.Load<uint>, 4))
        {
            Assert.Equal(Step.Exit, block.Run(cpu, Device));
            for (int i = 0; i < 3; i++)
            {
                block[i] = default;
            }
        }

        cpu->BlockRip = 0;
        cpu->EffectiveAddress = 0;
        cpu->Exit->Data = 7;
        Assert.Equal(Step.EndBlock, Complete(cpu));
        Assert.Equal(7ul, cpu->Xmm[0]);
        Assert.Equal(TestBlock.Rip + TestBlock.Offset + TestBlock.Length, cpu->Rip);
    }

    private static Step CopyWord(Cpu* cpu, MicroOp* op)
    {
        if (!LinearMemory.TryRead(cpu, cpu->General[6], out ulong value, Access.Read) || !LinearMemory.TryWrite(cpu, cpu->General[7], value, Access.Write))
        {
            return Step.Fault;
        }

        cpu->General[6] += 8;
        cpu->General[7] += 8;
        return Step.Next;
    }

    private static Step CopyWords(Cpu* cpu, MicroOp* op)
    {
        for (; cpu->General[1] != 0; cpu->General[1]--)
        {
            if (CopyWord(cpu, op) == Step.Fault)
            {
                return Step.Fault;
            }
        }

        return Step.Next;
    }

    private static Step SaveMuch(Cpu* cpu, MicroOp* op)
    {
        const int length = (MmioState.LogSize + 1) * sizeof(ulong);
        byte* bytes = stackalloc byte[length];
        return LinearMemory.TryWriteBytes(cpu, cpu->General[7], bytes, length, Access.Write) ? Step.Next : Step.Fault;
    }

    private static void Read<T>()
        where T : unmanaged, IBinaryInteger<T>
    {
        using MemoryProcessor processor = new();
        Cpu* cpu = processor.Cpu;
        using TestBlock block = new(Load<T>(), sizeof(T));
        cpu->Xmm[0] = 0;
        Assert.Equal(Step.Exit, block.Run(cpu, Device + 12));
        Expect(cpu, ExitReason.MmioRead, Device + 12, sizeof(T));
        Assert.Equal(0ul, cpu->General[15]);
        cpu->Exit->Data = Pattern;
        Assert.Equal(Step.EndBlock, Complete(cpu));
        Assert.Equal(ulong.CreateTruncating(T.CreateTruncating(Pattern)), cpu->Xmm[0]);
        Assert.Equal(TestBlock.Rip + TestBlock.Offset + TestBlock.Length, cpu->Rip);
        Assert.True(cpu->Completion == null);
    }

    private static void Write<T>()
        where T : unmanaged, IBinaryInteger<T>
    {
        using MemoryProcessor processor = new();
        Cpu* cpu = processor.Cpu;
        using TestBlock block = new(Store<T>(), sizeof(T));
        cpu->General[3] = Pattern;
        Assert.Equal(Step.Exit, block.Run(cpu, Device + 12));
        Expect(cpu, ExitReason.MmioWrite, Device + 12, sizeof(T), ulong.CreateTruncating(T.CreateTruncating(Pattern)));
        Assert.Equal(Step.EndBlock, Complete(cpu));
        Assert.Equal(TestBlock.Rip + TestBlock.Offset + TestBlock.Length, cpu->Rip);
    }

    private static void Modify<T>()
        where T : unmanaged, IBinaryInteger<T>
    {
        using MemoryProcessor processor = new();
        Cpu* cpu = processor.Cpu;
        using TestBlock block = new(&TestOps.Exchange<T>, sizeof(T));
        cpu->General[3] = Pattern;
        T old = T.CreateTruncating(0x1234_5678_9ABC_DEF0);
        Assert.Equal(Step.Exit, block.Run(cpu, Device + 12));
        Expect(cpu, ExitReason.MmioRead, Device + 12, sizeof(T));
        cpu->Exit->Data = 0x1234_5678_9ABC_DEF0;
        Assert.Equal(Step.Exit, Complete(cpu));
        Expect(cpu, ExitReason.MmioWrite, Device + 12, sizeof(T), ulong.CreateTruncating(unchecked(old + T.CreateTruncating(Pattern))));
        Assert.Equal(Pattern, cpu->General[3]);
        Assert.Equal(Step.EndBlock, Complete(cpu));
        Assert.Equal(old, T.CreateTruncating(cpu->General[3]));
    }

    private static delegate*<Cpu*, MicroOp*, void> Load<T>()
        where T : unmanaged => &TestOps.Load<T>;

    private static delegate*<Cpu*, MicroOp*, void> Store<T>()
        where T : unmanaged => &TestOps.Store<T>;

    // As the loop does it.
    private static Step Complete(Cpu* cpu)
    {
        delegate*<Cpu*, Step> completion = cpu->Completion;
        cpu->Completion = null;
        return completion(cpu);
    }

    private static void Expect(Cpu* cpu, ExitReason reason, ulong address, int size, ulong data = 0)
    {
        VcpuExit* exit = cpu->Exit;
        Assert.Equal((reason, address, address, (byte)size), (exit->Reason, exit->Address, exit->LinearAddress, exit->Size));
        Assert.Equal((data, 1u), (exit->Data, exit->Count));
        Assert.True(exit->Elements == (byte*)&exit->Data);
        Assert.Equal((TestBlock.Rip + TestBlock.Offset, (byte)TestBlock.Length), (exit->Rip, exit->InstructionLength));
        Assert.Equal(exit->Rip, cpu->Rip);
    }
}
