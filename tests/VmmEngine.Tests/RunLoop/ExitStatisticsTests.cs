using VmmEngine.Backends;
using VmmEngine.RunLoop;
using VmmEngine.RunLoop.Scripted;
using VmmEngine.Tests.Bus;
using Xunit;

namespace VmmEngine.Tests.RunLoop;

public class ExitStatisticsTests
{
    [Fact]
    public void ARecordedRunCountsItsExitsByReason()
    {
        using ScriptedVcpus vcpus = new(ScriptedExit.In(1, 1), ScriptedExit.Out(1, 1, 0), ScriptedExit.Out(1, 1, 0), new ScriptedExit(ExitReason.Shutdown));
        vcpus.Bus.MapPorts(1, 1, new LogPorts());

        vcpus.Run(RunFlags.Record);

        ExitStatistics statistics = vcpus.Vm.StatisticsOf(0);
        Assert.Equal((1L, 2L, 1L, 0L), (statistics.Count(ExitReason.PortIn), statistics.Count(ExitReason.PortOut), statistics.Count(ExitReason.Shutdown), statistics.Count(ExitReason.Halt)));
        Assert.Equal(4, statistics.Total);
        Assert.InRange(statistics.Percentile(ExitReason.PortOut, 0.5), 1, 1e9);
        Assert.Equal(0, statistics.Percentile(ExitReason.Halt, 0.99));
    }

    [Fact]
    public void AnUnrecordedRunCountsNothing()
    {
        using ScriptedVcpus vcpus = new(new ScriptedExit(ExitReason.Shutdown));

        vcpus.Run();

        Assert.Equal(0, vcpus.Vm.StatisticsOf(0).Total);
    }

    [Fact]
    public void TheLimitEndsARunAfterThatManyExits()
    {
        using ScriptedVcpus vcpus = new([.. Enumerable.Repeat(ScriptedExit.Out(1, 1, 0), 10)]);
        vcpus.Vm.StatisticsOf(0).Limit = 7;

        Assert.Equal(RunResult.Bogus, vcpus.Run(RunFlags.Record | RunFlags.AnswerUnclaimed));
        Assert.Equal(7, vcpus.Vm.StatisticsOf(0).Total);
    }

    [Fact]
    public void PercentilesAreAccurateToAnEighth()
    {
        LatencyHistogram histogram = new();
        for (int duration = 1; duration <= 10_000; duration++)
        {
            histogram.Add(duration);
        }

        Assert.InRange(histogram.Percentile(0.5), 5_000, 5_000 * 1.125);
        Assert.InRange(histogram.Percentile(0.99), 9_900, 9_900 * 1.125);
        Assert.Equal(1, histogram.Percentile(0));
        Assert.InRange(histogram.Percentile(1), 10_000, 10_000 * 1.125);
    }

    [Fact]
    public void EveryDurationHasAClass()
    {
        LatencyHistogram histogram = new();
        foreach (long duration in new[] { long.MinValue, -1, 0, 7, 8, 15, 16, long.MaxValue })
        {
            histogram.Clear();
            histogram.Add(duration);
            double expected = Math.Max(0, duration);
            Assert.InRange(histogram.Percentile(0.5), expected, expected * 1.125);
        }
    }
}
