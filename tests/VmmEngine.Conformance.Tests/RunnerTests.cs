using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd;
using VmmEngine.Conformance.Systems;
using Xunit;

namespace VmmEngine.Conformance.Tests;

/// <summary>How a case ends, whatever it does.</summary>
public sealed class RunnerTests
{
    [Fact]
    public void AHangingCaseFailsAndTheRunGoesOn()
    {
        using ManualResetEventSlim never = new();
        ConformanceCase hanging = Case("A/hangs", _ => never.Wait());
        ConformanceCase passing = Case("A/passes", _ => { });

        IReadOnlyList<CaseResult> results = ConformanceRunner.Run([hanging, passing], new Provider(), TimeSpan.FromMilliseconds(50));

        Assert.Equal([CaseOutcome.Failed, CaseOutcome.Passed], results.Select(result => result.Outcome));
        Assert.Equal("none within 0.1 s", results[0].Seen);
        never.Set();
    }

    [Fact]
    public void ACaseThatWaitsInVainEndsWithItsTime()
    {
        using ManualResetEventSlim ended = new();
        CaseResult result = Only(Case("A/waits", scope =>
        {
            try
            {
                scope.Await("it is there", () => false);
            }
            finally
            {
                ended.Set();
            }
        }), TimeSpan.FromMilliseconds(50));

        Assert.Equal(CaseOutcome.Failed, result.Outcome);
        Assert.True(ended.Wait(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void AnExceptionIsAFailureWithItsMessage()
    {
        CaseResult result = Only(Case("A/throws", _ => throw new InvalidOperationException("so it is")));

        Assert.Equal((CaseOutcome.Failed, "InvalidOperationException: so it is"), (result.Outcome, result.Seen));
    }

    [Fact]
    public void WhatASecondThreadFindsTheCaseFinds()
    {
        CaseResult result = Only(Case("A/has-two-threads", scope => scope.Start(() => Check.Equal("it", 1, 2)).Join()));

        Assert.Equal((CaseOutcome.Failed, "1", "2"), (result.Outcome, result.Expected, result.Seen));
    }

    [Fact]
    public void ASystemThatCannotBeSetUpSkipsWithItsReason()
    {
        CaseResult result = Only(Case("A/asks", _ => { }) with { Setup = new SystemSetup { MaxVcpus = 1000 } });

        Assert.Equal((CaseOutcome.Skipped, "not 1000"), (result.Outcome, result.Reason));
    }

    [Fact]
    public void CasesAreChosenByNameOrCommand()
    {
        Assert.All(FreeBsdSuite.Instance.Choose(["vm_reinit"]), @case =>
            Assert.True(@case.Commands.Contains("VM_REINIT") || @case.Name.Contains("VM_REINIT", StringComparison.Ordinal)));
        Assert.Single(FreeBsdSuite.Instance.Choose(["overlap-is-EFAULT"]));
        Assert.Equal(FreeBsdSuite.Instance.Cases.Count, FreeBsdSuite.Instance.Choose([]).Count);
    }

    private static ConformanceCase Case(string name, Action<CaseScope> body) => new(name, ["A"], "1", "why", body);

    private static CaseResult Only(ConformanceCase @case, TimeSpan? limit = null) => Assert.Single(ConformanceRunner.Run([@case], new Provider(), limit));

    private sealed class Provider : ISystemProvider
    {
        public string Backend => "none";

        public ISystemUnderTest Start(SystemSetup setup) => setup.MaxVcpus == 1000 ? throw new NotSupportedException("not 1000") : new NoSystem();
    }

    private sealed class NoSystem : ISystemUnderTest
    {
        public int Open(string path, Access access, Caller caller, out int descriptor) => throw new NotSupportedException();

        public int Ioctl(int descriptor, uint word, nint argument) => throw new NotSupportedException();

        public int Read(int descriptor, long offset, Span<byte> destination) => throw new NotSupportedException();

        public int Write(int descriptor, long offset, ReadOnlySpan<byte> source) => throw new NotSupportedException();

        public int Map(int descriptor, long offset, ulong length, Access access, out IMappedMemory? memory) => throw new NotSupportedException();

        public int Duplicate(int descriptor, out int duplicate) => throw new NotSupportedException();

        public int Close(int descriptor) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
