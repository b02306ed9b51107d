using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Locks;
using VmmEngine.RunLoop;
using VmmEngine.Tests.Bus;
using Xunit;

namespace VmmEngine.Tests.RunLoop;

/// <summary>String instructions that a back end carries out several accesses at a time.</summary>
public unsafe class StringAccessTests
{
    private readonly VmLockMemory _memory = new(1);
    private readonly DeviceBus _bus = new();
    private readonly LogPorts _device = new(0xA1B2_C3D4);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void EveryElementReachesTheDevice(byte size)
    {
        _bus.MapPorts(0x20, 1, _device);
        byte[] elements = [.. Enumerable.Range(1, 3 * size).Select(value => (byte)value)];

        Assert.Equal(RunResult.Exit, Run(ExitReason.PortOut, size, 3, elements));

        uint[] expected = [.. Enumerable.Range(0, 3).Select(i => Element(elements, i, size))];
        Assert.Equal(expected, _device.Log.Select(access => access.Value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void EveryElementIsAnswered(byte size)
    {
        _bus.MapPorts(0x20, 1, _device);
        byte[] elements = new byte[(3 * size) + 1];

        Assert.Equal(RunResult.Exit, Run(ExitReason.PortIn, size, 3, elements));

        uint answer = 0xA1B2_C3D4 & (uint.MaxValue >> (32 - (8 * size)));
        Assert.Equal([answer, answer, answer], [Element(elements, 0, size), Element(elements, 1, size), Element(elements, 2, size)]);
        Assert.Equal(0, elements[^1]);
    }

    [Fact]
    public void ElementsFromNobodyReadAllOnes()
    {
        byte[] elements = new byte[4];

        Run(ExitReason.PortIn, 2, 2, elements);

        Assert.Equal([0xFF, 0xFF, 0xFF, 0xFF], elements);
    }

    private static uint Element(byte[] elements, int index, int size)
    {
        uint value = 0;
        for (int i = 0; i < size; i++)
        {
            value |= (uint)elements[(index * size) + i] << (8 * i);
        }

        return value;
    }

    // The access, then a shutdown.
    private RunResult Run(ExitReason reason, byte size, uint count, byte[] elements)
    {
        VcpuLocks.TryFreeze(ref *_memory.Locks, 0, out Vcpu* vcpu);
        fixed (byte* first = elements)
        {
            VcpuExit access = new() { Reason = reason, Size = size, Port = 0x20, Count = count, Elements = first };
            VcpuExit exit = default;
            OneAccess backend = new(&access, &exit);
            return RunLoop<OneAccess>.Run(vcpu, backend, new RunContext(_bus, RunFlags.AnswerUnclaimed, 0), new ExitStatistics(), out _);
        }
    }

    private readonly struct OneAccess(VcpuExit* access, VcpuExit* exit) : IVcpuBackend
    {
        public VcpuExit* Exit => exit;

        public bool CanResumeFromHalt => false;

        public void Arm()
        {
        }

        public void Enter()
        {
            *exit = exit->Reason == access->Reason ? new VcpuExit { Reason = ExitReason.Shutdown } : *access;
        }

        public void TakeEvents()
        {
        }
    }
}
