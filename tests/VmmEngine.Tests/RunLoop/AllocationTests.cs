using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Memory;
using VmmEngine.RunLoop.Scripted;
using Xunit;

namespace VmmEngine.Tests.RunLoop;

/// <summary>No exit allocates managed memory, recorded or not.</summary>
public class AllocationTests
{
    [Theory]
    [InlineData(RunFlags.AnswerUnclaimed)]
    [InlineData(RunFlags.AnswerUnclaimed | RunFlags.Record)]
    public void NoExitAllocates(RunFlags flags)
    {
        using ScriptedVcpus vcpus = new();
        unsafe
        {
            ScriptedVm.Load(vcpus.Vcpu, [
                ScriptedExit.Out(1, 1, 0), ScriptedExit.In(1, 4), ScriptedExit.In(2, 4), ScriptedExit.Read(new Gpa(0x1000), 8), ScriptedExit.Write(new Gpa(0x1000), 4, 1),
                ScriptedExit.Read(new Gpa(0x9000), 8), new ScriptedExit(ExitReason.MsrRead), new ScriptedExit(ExitReason.Interrupted)], repeat: true);
        }

        vcpus.Bus.MapPorts(1, 1, new Quiet());
        vcpus.Bus.MapMmio(new Gpa(0x1000), 0x1000, new QuietMemory());
        vcpus.Run(flags, budget: 100_000);

        RunResult result = RunResult.Exit;
        long allocated = Allocations.Of(() => result = vcpus.Run(flags, budget: 1_000_000));

        Assert.Equal((RunResult.Bogus, 0L), (result, allocated));
    }

    private sealed class Quiet : PortDevice
    {
        public override uint Read(ushort port, int size) => port;

        public override void Write(ushort port, int size, uint value)
        {
        }
    }

    private sealed class QuietMemory : MmioDevice
    {
        public override ulong Read(ulong offset, int size) => offset;

        public override void Write(ulong offset, int size, ulong value)
        {
        }
    }
}
