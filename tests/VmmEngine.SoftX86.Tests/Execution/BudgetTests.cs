using Iced.Intel;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Platform;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.SoftX86.Tests.Execution;

/// <summary>Endless loops come back: by budget, by kick, by the clock.</summary>
public sealed class BudgetTests
{
    [Fact]
    public void ABudgetEndsAnEndlessLoopAtABlockEnd()
    {
        using SoftMachine machine = new();
        machine.Load([0xEB, 0xFE]);

        Assert.Equal(RunResult.Bogus, machine.Run(budget: 12_345));
        Assert.Equal(12_345ul, machine.Instructions);
        Assert.Equal(RunResult.Bogus, machine.Run(budget: 5));
        Assert.Equal(12_350ul, machine.Instructions);
    }

    [Fact]
    public void SlicesDoNotChangeWhatABudgetIs()
    {
        using SoftMachine machine = new(new SoftOptions { SliceLength = 7 });
        machine.Load([0xEB, 0xFE]);

        Assert.Equal(RunResult.Bogus, machine.Run(budget: 1000));
        Assert.Equal(1000ul, machine.Instructions);
    }

    [Fact]
    public void AHandlerThatFaultsForeverSpendsItsBudget()
    {
        using SoftMachine machine = new();
        machine.Load([0x0F, 0x0B]);
        machine.Load([0x0F, 0x0B], SoftMachine.Handlers + (6 * 16));

        Assert.Equal(RunResult.Bogus, machine.Run(budget: 50));
    }

    [Fact]
    public void TwoRunsInSlicesAreTheSameAsOne()
    {
        static void Program(Assembler a)
        {
            Label top = a.CreateLabel();
            a.mov(ecx, 3000);
            a.Label(ref top);
            a.add(rax, rcx);
            a.rol(rax, 3);
            a.dec(ecx);
            a.jnz(top);
            a.hlt();
        }

        using SoftMachine whole = new();
        using SoftMachine cut = new();
        whole.Load(Program);
        cut.Load(Program);
        Assert.Equal(RunResult.Halted, whole.Run());
        while (cut.Run(budget: 10) == RunResult.Bogus)
        {
        }

        Assert.Equal(whole.General(0), cut.General(0));
        Assert.Equal(whole.Instructions, cut.Instructions);
    }

    [Fact]
    public void AKickEndsAnEndlessLoopSoon()
    {
        using SoftMachine machine = new();
        machine.Load([0xEB, 0xFE]);
        for (int i = 0; i < 100; i++)
        {
            RunResult result = default;
            var thread = new Thread(() => result = machine.Run());
            thread.Start();
            Thread.Sleep(1);
            machine.Post(VcpuRequests.Idle);
            Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "the vCPU did not notice the request");
            Assert.Equal(RunResult.Idle, result);
        }
    }

    [Fact]
    public unsafe void AKickEndsARepeatedReadOfTheVcpusOwnApic()
    {
        // All addresses behind the first entry of the highest table lead, by tables of equal entries, to the APIC's page.
        const ulong first = 1UL << 39;
        const ulong rights = 7;
        SoftMachine machine = new(new SoftOptions { SliceLength = long.MaxValue });
        for (uint level = 0; level < 3; level++)
        {
            ulong table = SoftMachine.Data + (level * 0x1000);
            ulong next = level == 2 ? LocalApic.Page : table + 0x1000;
            new Span<ulong>(machine.Memory + table, 512).Fill(next | rights);
        }

        CpuRegisters registers = machine.Registers();
        new Span<ulong>(machine.Memory + registers.Cr3, 256)[1..].Fill(SoftMachine.Data | rights);
        machine.Load([0xF3, 0xAD]); // rep lodsd
        registers.General[1] = first;
        registers.General[6] = first;
        machine.Write(RegisterGroups.General, in registers);
        for (int i = 0; i < 100; i++)
        {
            RunResult result = default;
            var thread = new Thread(() => result = machine.Run()) { IsBackground = true };
            thread.Start();
            Thread.Sleep(1);
            machine.Post(VcpuRequests.Idle);
            Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "the vCPU did not notice the request");
            Assert.Equal(RunResult.Idle, result);
        }

        Assert.NotEqual(first, machine.General(6));
        Assert.Equal(first - machine.General(1), (machine.General(6) - first) / sizeof(uint));
        machine.Dispose(); // not before, as long as a thread may be inside
    }

    [Fact]
    public void InstructionsMakeTheTime()
    {
        using var clock = new InstructionClock();
        using SoftMachine machine = new(new SoftOptions { Clock = clock });
        machine.Load([0xEB, 0xFE]);

        Assert.Equal(RunResult.Bogus, machine.Run(budget: 5000));
        Assert.Equal(5000ul, clock.Now);
    }

    [Fact]
    public void ATimerEndsTheSlice()
    {
        using var clock = new InstructionClock();
        using SoftMachine machine = new(new SoftOptions { Clock = clock });
        machine.Load([0xEB, 0xFE]);
        var timer = new RecordingTimer(clock);
        timer.Arm(1234);

        Assert.Equal(RunResult.Bogus, machine.Run(budget: 5000));
        Assert.Equal(1234ul, timer.FiredAt);
    }

    private sealed class RecordingTimer(VmClock clock) : ClockTimer(clock)
    {
        private readonly VmClock _time = clock;

        public ulong FiredAt { get; private set; }

        protected override void Expired() => FiredAt = _time.Now;
    }
}
