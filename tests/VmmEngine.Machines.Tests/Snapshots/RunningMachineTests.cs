using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Memory;
using VmmEngine.Snapshots;
using Xunit;

namespace VmmEngine.Machines.Tests.Snapshots;

/// <summary>Saving a machine that runs, and who cannot be saved.</summary>
public sealed class RunningMachineTests
{
    private const ushort Port = 0x80;
    private static readonly RunLimits Long = new(TimeSpan.FromSeconds(60));

    // inc eax; out 0x80, al; jmp -6: in 16-bit code at 0x1000.
    private static readonly byte[] Counts = [0x66, 0x40, 0xE6, (byte)Port, 0xEB, 0xFA];

    [Theory]
    [InlineData(VcpuScheduling.InTurn)]
    [InlineData(VcpuScheduling.ThreadEach)]
    public void ARunningMachineIsSavedAndGoesOn(VcpuScheduling scheduling)
    {
        ulong last = 0;
        SaveWhileRunning(new MachineOptions { Backend = BackendChoice.Software, Scheduling = scheduling, MemoryBytes = 1 << 20, HasPcBoard = false }, restored =>
        {
            Assert.InRange(restored.Instructions!.Value, last + 1, ulong.MaxValue);
            last = restored.Instructions.Value;
            Assert.Equal(MachineEnd.ExitLimit, restored.Run(Long with { MaxExits = 10 }).End);
            Assert.InRange(restored.Instructions.Value, last + 10, last + 1000);
        });
    }

    [OnBackend(BackendChoice.Kvm)]
    public void ARunningMachineOnKvmIsSavedAndGoesOn()
    {
        ulong last = 0;
        SaveWhileRunning(new MachineOptions { Backend = BackendChoice.Kvm, MemoryBytes = 1 << 20, HasPcBoard = false }, restored =>
        {
            Assert.InRange(CountOf(restored), last + 1, uint.MaxValue);
            last = CountOf(restored);
            Assert.Equal(MachineEnd.ExitLimit, restored.Run(Long with { MaxExits = 10 }).End);
            Assert.InRange(CountOf(restored), last + 9, last + 11);
        });
    }

    [Fact]
    public void AMachineThatHasBegunTakesNoSnapshot()
    {
        using TemporaryFile file = new();
        using Machine machine = new(new MachineOptions { Backend = BackendChoice.Software, MemoryBytes = 1 << 20 });
        machine.LoadFlat(Counts, new Gpa(0x1000));
        machine.Save(file.Path);

        Assert.Throws<MachineException>(() => machine.Restore(file.Path));
    }

    // Ten times while it runs; each file is restored and looked at, and the machine itself still runs after the last.
    private static void SaveWhileRunning(MachineOptions options, Action<Machine> look)
    {
        using TemporaryFile file = new();
        using Machine machine = new(options);
        machine.LoadFlat(Counts, new Gpa(0x1000));
        using Counter counter = new();
        machine.Bus.MapPorts(Port, 1, counter);
        MachineResult? result = null;
        Thread thread = new(() => result = machine.Run(Long));
        thread.Start();
        for (int i = 0; i < 10; i++)
        {
            counter.WaitForMore();
            machine.Save(file.Path);
            using Machine restored = new(Machine.ReadSnapshot(file.Path).Options);
            restored.Restore(file.Path);
            look(restored);
        }

        counter.WaitForMore();
        machine.Stop();
        thread.Join();
        Assert.Equal(MachineEnd.Stopped, result!.End);
    }

    private static unsafe ulong CountOf(Machine machine)
    {
        CpuRegisters registers = default;
        machine.Vcpus[0].ReadRegisters(RegisterGroups.General, ref registers);
        return registers.General[0];
    }

    /// <summary>Tells of writes, for a test that waits for the guest to get on.</summary>
    private sealed class Counter : PortDevice, IDisposable
    {
        private readonly AutoResetEvent _written = new(initialState: false);

        public void Dispose() => _written.Dispose();

        public void WaitForMore()
        {
            _written.Reset();
            Assert.True(_written.WaitOne(TimeSpan.FromSeconds(60)), "the guest stands still");
        }

        public override uint Read(ushort port, int size) => uint.MaxValue;

        public override void Write(ushort port, int size, uint value) => _written.Set();
    }
}
