using VmmEngine.Platform;
using Xunit;

namespace VmmEngine.Tests.Platform;

public sealed class InstructionClockTests
{
    [Fact]
    public void AnInstructionIsANanosecond()
    {
        using InstructionClock clock = new();
        clock.Advance(1_000);
        clock.Advance(1);
        Assert.Equal(1_001ul, clock.Now);
    }

    [Fact]
    public void TimersFireInTheOrderOfTheirDeadlines()
    {
        using InstructionClock clock = new();
        RecordingTimer late = new(clock);
        RecordingTimer early = new(clock);
        late.Arm(200);
        early.Arm(100);
        Assert.Equal(100ul, clock.NextDeadline);

        clock.Advance(99);
        Assert.Equal(0, early.Count);
        clock.Advance(1);
        Assert.Equal((1, 0), (early.Count, late.Count));
        Assert.Equal(200ul, clock.NextDeadline);
        clock.Advance(500);
        Assert.Equal((1, 1), (early.Count, late.Count));
        Assert.Equal(VmClock.Never, clock.NextDeadline);
    }

    [Fact]
    public void ArmingAgainReplacesTheDeadlineAndDisarmingTakesItBack()
    {
        using InstructionClock clock = new();
        RecordingTimer timer = new(clock);
        timer.Arm(10);
        timer.Arm(50);
        clock.Advance(20);
        Assert.Equal(0, timer.Count);
        timer.Disarm();
        timer.Disarm();
        clock.Advance(100);
        Assert.Equal(0, timer.Count);
        timer.Arm(VmClock.Never);
        Assert.Equal(VmClock.Never, clock.NextDeadline);
    }

    [Fact]
    public void AnIdleVmJumpsFromDeadlineToDeadline()
    {
        using InstructionClock clock = new();
        Assert.False(clock.JumpToDeadline());
        RecordingTimer timer = new(clock, period: 1_000_000);
        timer.Arm(1_000_000);
        for (int i = 1; i <= 100; i++)
        {
            Assert.True(clock.JumpToDeadline());
            Assert.Equal(i, timer.Count);
            Assert.Equal((ulong)i * 1_000_000, clock.Now);
        }
    }

    /// <summary>Behind it the sums of the timers that fire there would begin at 0 again, and so lie in the past for ever.</summary>
    [Fact]
    public void AnIdleVmDoesNotJumpToTheEndOfTime()
    {
        using InstructionClock clock = new();
        RecordingTimer timer = new(clock);
        foreach (ulong deadline in (ulong[])[VmClock.Never - 1, long.MaxValue, (long.MaxValue / 2) + 1])
        {
            timer.Arm(deadline);
            Assert.False(clock.JumpToDeadline());
            Assert.Equal((0, 0ul), (timer.Count, clock.Now));
        }
    }

    [Fact]
    public void ArmingAndFiringAllocateNothing()
    {
        using InstructionClock clock = new();
        RecordingTimer timer = new(clock, period: 10);
        timer.Arm(10);
        clock.Advance(100);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                timer.Arm(clock.Now + 5);
                clock.Advance(20);
            }
        }));
    }
}
