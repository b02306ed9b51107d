using VmmEngine.Bus;
using VmmEngine.Platform;
using Xunit;

namespace VmmEngine.Tests.Platform;

/// <summary>A guest, and a client beside it, that do anything at all to the chips: nothing throws, hangs or leaves its bounds.</summary>
public sealed unsafe class HostileChipsetTests
{
    private const int Vcpus = 3;

    private static readonly int[] Sizes = [1, 2, 4, 8];
    private static readonly ushort[] Ports = [0x20, 0x21, 0xA0, 0xA1, 0x4D0, 0x4D1, 0x40, 0x41, 0x42, 0x43, 0x61, 0x70, 0x71, 0x408, 0x40A];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AMillionRandomAccessesDoNoHarmAndAllocateNothing(int seed)
    {
        int taken = 0;
        long allocated = Allocations.Of(
            () =>
            {
                InstructionClock clock = new();
                Bench bench = new(clock);
                Random random = new(seed);
                bench.Attack(random, 20_000, clock);
                return (Bench: bench, Random: random, Clock: clock);
            },
            state =>
            {
                state.Bench.Attack(state.Random, 1_000_000, state.Clock);
                taken = state.Bench.Taken;
            });

        Assert.Equal(0, allocated);
        Assert.True(taken > 1_000); // the guest was not deaf all the time
    }

    [Fact]
    public void ThreadsAttackAtOnceWhileTheHostsTimePasses()
    {
        using HostClock clock = new();
        Bench bench = new(clock);
        Thread[] threads = [.. Enumerable.Range(0, Vcpus).Select(id => new Thread(() => bench.Attack(new Random(id), 100_000, null, id)))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        Assert.All(threads, thread => Assert.True(thread.Join(TimeSpan.FromMinutes(2))));
    }

    private sealed class Bench
    {
        private readonly DeviceBus _bus = new();
        private readonly PcIrqchip _irqchip;
        private readonly LocalApic[] _apics;

        public Bench(VmClock clock)
        {
            FakeApicHost host = new() { Active = (1 << Vcpus) - 1, Counter = () => clock.Now };
            _irqchip = new PcIrqchip(Vcpus, clock, host);
            _apics = [.. Enumerable.Range(0, Vcpus).Select(id => _irqchip.Apics.Add(id, null))];
            Chipset chipset = new(clock, _irqchip);
            chipset.Map(_bus);
        }

        public int Taken { get; private set; }

        /// <summary>Each vCPU's own registers are used by one thread, as in a machine.</summary>
        public void Attack(Random random, int accesses, InstructionClock? clock, int? only = null)
        {
            for (int i = 0; i < accesses; i++)
            {
                int vcpu = only ?? random.Next(Vcpus);
                switch (random.Next(8))
                {
                    case 0 or 1:
                        AttackPort(random);
                        break;

                    case 2 or 3:
                        AttackMemory(random);
                        break;

                    case 4 or 5:
                        AttackApic(random, _apics[vcpu]);
                        break;

                    case 6:
                        AttackLines(random);
                        break;

                    default:
                        // From nanoseconds to years: products of times must not overflow.
                        clock?.Advance((ulong)random.NextInt64(1L << random.Next(48)));
                        Taken += _irqchip.Acknowledge(vcpu) >= 0 ? 1 : 0;
                        break;
                }
            }
        }

        private void AttackPort(Random random)
        {
            ushort port = random.Next(8) == 0 ? (ushort)random.Next(0x1_0000) : Ports[random.Next(Ports.Length)];
            int size = Sizes[random.Next(3)];
            if (random.Next(3) == 0)
            {
                _bus.TryReadPort(port, size, out _);
            }
            else
            {
                _bus.TryWritePort(port, size, (uint)random.Next(int.MinValue, int.MaxValue));
            }
        }

        private void AttackMemory(Random random)
        {
            ulong page = random.Next(2) == 0 ? Hpet.Page : IoApic.Page;
            ulong offset = random.Next(4) switch
            {
                0 => (ulong)random.Next(0x1000),
                1 => (ulong)random.Next(2) << 4,
                _ => (ulong)random.Next(0x80) << 3,
            };
            int size = Sizes[random.Next(4)];
            if (random.Next(3) == 0)
            {
                _bus.TryReadMmio(page + offset, size, out _);
            }
            else
            {
                _bus.TryWriteMmio(page + offset, size, Value(random));
            }
        }

        private static void AttackApic(Random random, LocalApic apic)
        {
            uint offset = random.Next(4) == 0 ? (uint)random.Next(0x1000) : (uint)random.Next(0x40) << 4;
            switch (random.Next(12))
            {
                case 0 or 1 or 2 or 3:
                    apic.Write(offset, 4, (uint)Value(random));
                    break;

                case 4:
                    apic.Write(0xF0, 4, 0x1FF);
                    break;

                case 5:
                    apic.Read(offset);
                    break;

                case 6:
                    apic.TryReadMsr(LocalApic.FirstMsr + (uint)random.Next(0x400), out _);
                    break;

                case 7:
                    apic.TryWriteMsr(LocalApic.FirstMsr + (uint)random.Next(0x400), Value(random));
                    break;

                case 8:
                    apic.TryWriteBase(LocalApic.Page | ((ulong)random.Next(16) << 8));
                    break;

                case 9:
                    apic.SetX2Apic(random.Next(2) == 0);
                    break;

                case 10:
                    apic.Deadline = Value(random);
                    break;

                default:
                    apic.TryTakeStartup(out _);
                    break;
            }
        }

        private void AttackLines(Random random)
        {
            switch (random.Next(5))
            {
                case 0:
                    _irqchip.SetIoApicPin(random.Next(IoApic.Pins), random.Next(2) == 0);
                    break;

                case 1:
                    _irqchip.SetLine(random.Next(Irqchip.IsaLines), random.Next(2) == 0);
                    break;

                case 2:
                    _irqchip.SendMsi((ulong)random.NextInt64(), Value(random));
                    break;

                case 3:
                    _irqchip.RaiseLocal(random.Next(Vcpus), (LocalVector)random.Next(-1, 9));
                    break;

                default:
                    _irqchip.SetTrigger(random.Next(Irqchip.IsaLines), random.Next(2) == 0);
                    break;
            }
        }

        private static ulong Value(Random random) => (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
    }
}
