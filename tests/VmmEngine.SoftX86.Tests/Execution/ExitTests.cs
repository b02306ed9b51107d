using Iced.Intel;
using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Memory;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.SoftX86.Tests.Execution;

/// <summary>Exits, their restarts, and memory: running and translating allocate nothing.</summary>
public sealed unsafe class ExitTests
{
    [Fact]
    public void RunningAllocatesNothing()
    {
        using SoftMachine machine = new();
        machine.Bus.MapPorts(0x80, 1, new CountingPort());
        machine.Load(a =>
        {
            Label top = a.CreateLabel();
            a.mov(ecx, 2000);
            a.mov(edx, 0x80);
            a.Label(ref top);
            a.@out(dx, al);
            a.@in(al, dx);
            a.dec(ecx);
            a.jnz(top);
            a.hlt();
        });
        Assert.Equal(RunResult.Halted, machine.Run());

        Assert.Equal(0, SmallestAllocation(machine, () => machine.Jump(SoftMachine.Code)));
    }

    [Fact]
    public void TranslatingAllocatesNothing()
    {
        using SoftMachine machine = new();
        byte[] code = new byte[4096];
        Array.Fill(code, (byte)0x90);
        code[^1] = 0xF4;
        machine.Load(code);
        Assert.Equal(RunResult.Halted, machine.Run());

        Assert.Equal(0, SmallestAllocation(machine, () =>
        {
            machine.Vm.MemoryWritten(new Gpa(SoftMachine.Code), 4096);
            machine.Jump(SoftMachine.Code);
        }));
    }

    // Of some runs: a collection that another thread causes in the middle counts what is left of this thread's allocation buffer.
    private static long SmallestAllocation(SoftMachine machine, Action prepare)
    {
        long smallest = long.MaxValue;
        for (int round = 0; round < 10; round++)
        {
            prepare();
            long before = GC.GetAllocatedBytesForCurrentThread();
            RunResult result = machine.Run();
            smallest = Math.Min(smallest, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(RunResult.Halted, result);
        }

        return smallest;
    }

    [Fact]
    public void ARestartedExitComesAgain()
    {
        using SoftMachine machine = new();
        machine.Load(a =>
        {
            a.mov(al, 0x5A);
            a.@out(0x70, al);
            a.@in(al, 0x71);
            a.hlt();
        });

        Assert.Equal(RunResult.Exit, machine.Run(out VcpuExit exit));
        Assert.Equal((ExitReason.PortOut, (ushort)0x70, 0x5Aul), (exit.Reason, exit.Port, exit.Data));
        machine.Vm.Restart(machine.VcpuOf());
        Assert.Equal(SoftMachine.Code + 2, machine.Registers().Rip);
        Assert.Equal(RunResult.Exit, machine.Run(out exit));
        Assert.Equal(ExitReason.PortOut, exit.Reason);
        Assert.Equal(RunResult.Exit, machine.Run(out exit));
        Assert.Equal(ExitReason.PortIn, exit.Reason);
        machine.Vm.Restart(machine.VcpuOf());
        Assert.Equal(SoftMachine.Code + 4, machine.Registers().Rip);
        Assert.Equal(RunResult.Exit, machine.Run(out exit));
        Assert.Equal(ExitReason.PortIn, exit.Reason);
        machine.CpuOf()->Exit->Data = 0x33;
        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(0x33ul, machine.General(0));
        Assert.Equal(4ul, machine.Instructions);
    }

    private sealed class CountingPort : PortDevice
    {
        public int Reads { get; private set; }

        public override uint Read(ushort port, int size) => (uint)++Reads;

        public override void Write(ushort port, int size, uint value)
        {
        }
    }
}
