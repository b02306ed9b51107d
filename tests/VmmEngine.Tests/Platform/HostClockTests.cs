using System.Diagnostics;
using VmmEngine.Platform;
using Xunit;

namespace VmmEngine.Tests.Platform;

public sealed class HostClockTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public void TimeGoesForward()
    {
        using HostClock clock = new();
        ulong before = clock.Now;
        SpinWait.SpinUntil(() => clock.Now > before, Limit);
        Assert.True(clock.Now > before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AfterAStandstillTimeGoesOnFromThereOrFromWhereItWouldBe(bool catchesUp)
    {
        using HostClock clock = new();
        TimeSpan held;
        long begin = Stopwatch.GetTimestamp();
        ulong before = clock.Now;
        using (clock.Hold(catchesUp))
        {
            ulong standing = clock.Now;
            long holding = Stopwatch.GetTimestamp();
            SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(holding) >= TimeSpan.FromMilliseconds(5), Limit);
            Assert.Equal(standing, clock.Now);
            held = Stopwatch.GetElapsedTime(holding);
        }

        TimeSpan passed = TimeSpan.FromMicroseconds((clock.Now - before) / 1000);
        TimeSpan rest = Stopwatch.GetElapsedTime(begin) - held;
        if (catchesUp)
        {
            Assert.InRange(passed, TimeSpan.FromMilliseconds(5), TimeSpan.MaxValue);
        }
        else
        {
            Assert.InRange(passed, TimeSpan.Zero, rest + TimeSpan.FromMicroseconds(1)); // for rounding
        }
    }

    /// <summary>A snapshot may take long to write.</summary>
    [Fact]
    public void TheThreadSleepsDuringAStandstillThoughATimerIsDue()
    {
        using HostClock clock = new();
        ThreadTimer timer = new(clock);
        timer.Arm(clock.Now);
        Assert.True(SpinWait.SpinUntil(() => timer.Thread is not null, Limit));
        int asleep = 0;
        using (clock.Hold(catchesUp: false))
        {
            timer.Arm(clock.Now);
            for (long begin = Stopwatch.GetTimestamp(); asleep < 20 && Stopwatch.GetElapsedTime(begin) < Limit; Thread.Sleep(5))
            {
                string state = File.ReadAllText($"/proc/{timer.Thread}/stat");
                asleep = state[state.LastIndexOf(')') + 2] == 'S' ? asleep + 1 : 0;
            }
        }

        Assert.Equal(20, asleep);
        Assert.True(SpinWait.SpinUntil(() => timer.Count == 2, Limit));
    }

    [Fact]
    public void ATimerFiresNotBeforeItsDeadline()
    {
        using HostClock clock = new();
        RecordingTimer timer = new(clock);
        ulong deadline = clock.Now + 5_000_000;
        timer.Arm(deadline);
        Assert.True(timer.WaitFired(Limit));
        Assert.True(timer.Last >= deadline);
        Assert.Equal(1, timer.Count);
    }

    [Fact]
    public void AnEarlierDeadlineShortensTheWait()
    {
        using HostClock clock = new();
        RecordingTimer late = new(clock);
        RecordingTimer early = new(clock);
        late.Arm(clock.Now + 3_600_000_000_000);
        early.Arm(clock.Now + 1_000_000);
        Assert.True(early.WaitFired(Limit));
        Assert.Equal(0, late.Count);
    }

    [Fact]
    public void ADeadlineThatHasPassedFiresAtOnce()
    {
        using HostClock clock = new();
        RecordingTimer timer = new(clock);
        timer.Arm(0);
        Assert.True(timer.WaitFired(Limit));
    }

    [Fact]
    public void DisposingEndsTheTimers()
    {
        HostClock clock = new();
        RecordingTimer timer = new(clock, period: 100_000);
        timer.Arm(clock.Now);
        Assert.True(timer.WaitFired(Limit));
        clock.Dispose();
        int count = timer.Count;
        Thread.Sleep(5);
        Assert.Equal(count, timer.Count);
        clock.Dispose();
    }

    [Fact]
    public void ATimerMayDisposeItsClock()
    {
        HostClock clock = new();
        DisposingTimer timer = new(clock);
        timer.Arm(0);
        Assert.True(SpinWait.SpinUntil(() => timer.Done, Limit));
    }

    private sealed class DisposingTimer(HostClock clock) : ClockTimer(clock)
    {
        private volatile bool _done;

        public bool Done => _done;

        protected override void Expired()
        {
            clock.Dispose();
            _done = true;
        }
    }

    // Notes which thread of the system calls it.
    private sealed class ThreadTimer(VmClock clock) : ClockTimer(clock)
    {
        private int _count;
        private string? _thread;

        public int Count => Volatile.Read(ref _count);

        public string? Thread => Volatile.Read(ref _thread);

        protected override void Expired()
        {
            Interlocked.Increment(ref _count);
            Volatile.Write(ref _thread, new FileInfo("/proc/thread-self").LinkTarget);
        }
    }
}
