using VmmEngine.Backends;
using VmmEngine.Memory;
using VmmEngine.RunLoop.Scripted;
using VmmEngine.Tests.Bus;
using Xunit;

namespace VmmEngine.Tests.RunLoop;

/// <summary>Exits that devices answer, and those that are left to the caller.</summary>
public class AccessTests
{
    [Fact]
    public void DevicesAnswerInsideTheLoop()
    {
        using ScriptedVcpus vcpus = new(
            ScriptedExit.Out(0x10, 2, 0xBEEF), ScriptedExit.In(0x10, 1), ScriptedExit.Write(new Gpa(0x1008), 8, 77), ScriptedExit.Read(new Gpa(0x1000), 4),
            new ScriptedExit(ExitReason.Shutdown));
        LogPorts ports = new(0x1234_5678);
        LogMemory memory = new(0x1122_3344_5566_7788);
        vcpus.Bus.MapPorts(0x10, 1, ports);
        vcpus.Bus.MapMmio(new Gpa(0x1000), 0x1000, memory);

        Assert.Equal(RunResult.Exit, vcpus.Run(out VcpuExit exit));

        Assert.Equal(ExitReason.Shutdown, exit.Reason);
        Assert.Equal([('w', 0x10, 2, 0xBEEFu), ('r', 0x10, 1, 0u)], ports.Log);
        Assert.Equal([('w', 8UL, 8, 77UL), ('r', 0UL, 4, 0UL)], memory.Log);
        Assert.Equal(0x78UL, vcpus.Answer(1));
        Assert.Equal(0x5566_7788UL, vcpus.Answer(3));
    }

    [Fact]
    public void WhatNobodyClaimsIsTheCallersAndCompletedByTheNextRun()
    {
        using ScriptedVcpus vcpus = new(ScriptedExit.In(0x99, 4), ScriptedExit.Write(new Gpa(8), 1, 5), new ScriptedExit(ExitReason.Pause));

        Assert.Equal(RunResult.Exit, vcpus.Run(out VcpuExit exit));
        Assert.Equal((ExitReason.PortIn, 0x99, 4), (exit.Reason, exit.Port, exit.Size));
        Assert.Equal(RunResult.Exit, vcpus.Run(out exit));
        Assert.Equal((ExitReason.MmioWrite, 8UL, 5UL), (exit.Reason, exit.Address, exit.Data));
        Assert.Equal(RunResult.Exit, vcpus.Run(out exit));
        Assert.Equal(ExitReason.Pause, exit.Reason);
    }

    [Fact]
    public void AFloatingBusReadsAllOnesOfTheSizeAndLosesWrites()
    {
        using ScriptedVcpus vcpus = new(
            ScriptedExit.In(1, 1), ScriptedExit.In(1, 2), ScriptedExit.In(1, 4), ScriptedExit.Out(1, 4, 0), ScriptedExit.Read(new Gpa(1), 8),
            ScriptedExit.Write(new Gpa(1), 8, 0), new ScriptedExit(ExitReason.MsrRead), new ScriptedExit(ExitReason.Shutdown));

        Assert.Equal(RunResult.Exit, vcpus.Run(out VcpuExit exit, RunFlags.AnswerUnclaimed));

        Assert.Equal(ExitReason.Shutdown, exit.Reason);
        Assert.Equal([0xFFUL, 0xFFFFUL, 0xFFFF_FFFFUL], [vcpus.Answer(0), vcpus.Answer(1), vcpus.Answer(2)]);
        Assert.Equal(ulong.MaxValue, vcpus.Answer(4));
    }

    [Fact]
    public void AnUnknownMsrIsRefusedUnlessTheCallerAnswers()
    {
        using ScriptedVcpus vcpus = new(new ScriptedExit(ExitReason.MsrWrite, Data: 1, Detail: 0xC000_0080));

        Assert.Equal(RunResult.Exit, vcpus.Run(out VcpuExit exit));
        Assert.Equal((0xC000_0080UL, ExitFlags.Refused), (exit.Detail, exit.Flags));
    }

    [Fact]
    public void AnExitOfNoKnownReasonIsTheCallers()
    {
        using ScriptedVcpus vcpus = new(new ScriptedExit((ExitReason)1234));

        Assert.Equal(RunResult.Exit, vcpus.Run(out VcpuExit exit));
        Assert.Equal((ExitReason)1234, exit.Reason);
    }

    [Fact]
    public void ADeviceThatThrowsLeavesTheVcpuFrozen()
    {
        using ScriptedVcpus vcpus = new(ScriptedExit.Out(0x10, 1, 0), new ScriptedExit(ExitReason.Pause));
        vcpus.Bus.MapPorts(0x10, 1, new Broken());

        Assert.Throws<InvalidOperationException>(() => vcpus.Run());

        Assert.Equal(VmmEngine.Locks.VcpuState.Frozen, vcpus.State);
        Assert.Equal(RunResult.Exit, vcpus.Run(out VcpuExit exit));
        Assert.Equal(ExitReason.Pause, exit.Reason);
    }

    private sealed class Broken : VmmEngine.Bus.PortDevice
    {
        public override uint Read(ushort port, int size) => throw new InvalidOperationException();

        public override void Write(ushort port, int size, uint value) => throw new InvalidOperationException();
    }
}
