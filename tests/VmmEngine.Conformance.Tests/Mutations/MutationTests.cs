using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.Engine;
using VmmEngine.Conformance.FreeBsd;
using VmmEngine.SoftX86;
using Xunit;

namespace VmmEngine.Conformance.Tests.Mutations;

/// <summary>The suite catches mistakes: each is made on purpose, and the case that is to notice it does, and does not without it.</summary>
public sealed class MutationTests
{
    private static readonly FreeBsdProvider Engine = new(new SoftBackendFactory(new SoftOptions()));

    public static TheoryData<string> Names => [.. MutationTable.All.Select(mutation => mutation.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void AMistakeIsCaught(string name)
    {
        Mutation mutation = MutationTable.All.Single(mutation => mutation.Name == name);
        ConformanceCase @case = FreeBsdSuite.Instance.Cases.Single(@case => @case.Name == mutation.CaughtBy);

        CaseResult right = Assert.Single(ConformanceRunner.Run([@case], Engine));
        CaseResult wrong = Assert.Single(ConformanceRunner.Run([@case], new MutatedProvider(Engine, mutation), TimeSpan.FromSeconds(5)));

        Assert.True(right.Outcome == CaseOutcome.Passed, $"without the mistake: {right}");
        Assert.True(wrong.Outcome == CaseOutcome.Failed, $"with the mistake: {wrong}");
    }
}
