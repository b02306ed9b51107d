using VmmEngine.Bus;
using VmmEngine.Platform;
using Xunit;

namespace VmmEngine.Tests.Platform;

public sealed class PcBoardTests
{
    private static readonly int[] Sizes = [1, 2, 4];

    // Where something is, so that most accesses of a random guest hit something.
    private static readonly ushort[] Ports =
    [
        0x20, 0x21, 0xA0, 0xA1, 0x4D0, 0x4D1, 0x40, 0x41, 0x42, 0x43, 0x61, 0x70, 0x71, 0x60, 0x64, 0x92, 0x402, 0xE9, 0xF4, 0x80, 0xCF8, 0xCFC,
        0x3F8, 0x3F9, 0x3FA, 0x3FB, 0x3FC, 0x3FD, 0x3FE, 0x3FF,
    ];

    [Theory]
    [InlineData(true, 0xFFu, false)]
    [InlineData(false, 0x00u, true)]
    public void TheBackEndsOwnControllerAndTimerAreLeftOut(bool kernel, uint mask, bool mapped)
    {
        using InstructionClock clock = new();
        DeviceBus bus = new();
        _ = Build(bus, clock, kernel ? new RecordingLines() : new PcIrqchip(1, clock, new FakeApicHost()));
        foreach (ushort port in new ushort[] { 0x21, 0x40, 0x61, 0x4D0 })
        {
            Assert.Equal(mapped, bus.TryReadPort(port, 1, out _));
        }

        Assert.True(bus.TryReadPort(0x71, 1, out _));
        Assert.True(bus.TryReadPort(0xCFC, 4, out uint pci));
        Assert.Equal(uint.MaxValue, pci);
        Assert.Equal(mapped, bus.TryReadPort(0x21, 1, out uint value) && value == mask);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void RandomAccessesDoNoHarmAndAllocateNothing(int seed)
    {
        long allocated = Allocations.Of(
            () =>
            {
                InstructionClock clock = new();
                PcIrqchip pic = new(1, clock, new FakeApicHost());
                DeviceBus bus = new();
                PcBoard board = Build(bus, clock, pic);
                Random random = new(seed);
                Attack(bus, clock, pic, board, random, 10_000);
                return (Bus: bus, Clock: clock, Pic: pic, Board: board, Random: random);
            },
            state => Attack(state.Bus, state.Clock, state.Pic, state.Board, state.Random, 500_000));

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void SeveralVcpusAndTheHostsClockMayAttackAtOnce()
    {
        using HostClock clock = new();
        PcIrqchip pic = new(1, clock, new FakeApicHost());
        DeviceBus bus = new();
        PcBoard board = Build(bus, clock, pic);
        Thread[] threads = [.. Enumerable.Range(0, 3).Select(seed => new Thread(() => Attack(bus, null, pic, board, new Random(seed), 100_000)))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        Assert.All(threads, thread => Assert.True(thread.Join(TimeSpan.FromMinutes(2))));
    }

    private static PcBoard Build(DeviceBus bus, VmClock clock, InterruptController interrupts)
    {
        Chipset chipset = new(clock, interrupts);
        chipset.Map(bus);
        return new PcBoard(bus, chipset, Options());
    }

    private static PcBoardOptions Options() => new()
    {
        Serial = new MemorySerialSink(4096),
        Debug = new MemorySerialSink(4096),
        Exited = _ => { },
        Reset = () => { },
        LowMemory = 64 << 20,
    };

    private static void Attack(DeviceBus bus, InstructionClock? clock, PcIrqchip pic, PcBoard board, Random random, int accesses)
    {
        Span<byte> input = stackalloc byte[8];
        for (int i = 0; i < accesses; i++)
        {
            ushort port = random.Next(8) == 0 ? (ushort)random.Next(0x1_0000) : Ports[random.Next(Ports.Length)];
            int size = Sizes[random.Next(Sizes.Length)];
            if (random.Next(3) == 0)
            {
                bus.TryReadPort(port, size, out _);
            }
            else
            {
                bus.TryWritePort(port, size, (uint)random.Next(int.MinValue, int.MaxValue));
            }

            switch (random.Next(16))
            {
                case 0:
                    // From nanoseconds to years: products of times must not overflow.
                    clock?.Advance((ulong)random.NextInt64(1L << random.Next(50)));
                    break;
                case 1:
                    clock?.JumpToDeadline();
                    break;
                case 2:
                    pic.Acknowledge(0);
                    break;
                case 3:
                    random.NextBytes(input);
                    board.Serial!.Receive(input);
                    break;
            }
        }
    }
}
