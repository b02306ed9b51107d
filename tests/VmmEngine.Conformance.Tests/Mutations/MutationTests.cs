using VmmEngine.Conformance.Cases;
using Xunit;

namespace VmmEngine.Conformance.Tests.Mutations;

/// <summary>The suites catch mistakes: each is made on purpose, and the case that is to notice it does, and does not without it.</summary>
public sealed class MutationTests
{
    public static TheoryData<string> FreeBsdNames => [.. MutationTable.All.Select(mutation => mutation.Name)];

    public static TheoryData<string> OpenBsdNames => [.. OpenBsdMutationTable.All.Select(mutation => mutation.Name)];

    [Theory]
    [MemberData(nameof(FreeBsdNames))]
    public void AMistakeIsCaught(string name) => AssertCaught(SuiteUnderTest.FreeBsd, MutationTable.All.Single(mutation => mutation.Name == name));

    [Theory]
    [MemberData(nameof(OpenBsdNames))]
    public void AMistakeInOpenBsdsInterfaceIsCaught(string name) => AssertCaught(SuiteUnderTest.OpenBsd, OpenBsdMutationTable.All.Single(mutation => mutation.Name == name));

    private static void AssertCaught(SuiteUnderTest tested, Mutation mutation)
    {
        ConformanceCase @case = tested.Suite.Cases.Single(@case => @case.Name == mutation.CaughtBy);

        CaseResult right = Assert.Single(ConformanceRunner.Run([@case], tested.Engine));
        CaseResult wrong = Assert.Single(ConformanceRunner.Run([@case], new MutatedProvider(tested.Engine, mutation), TimeSpan.FromSeconds(5)));

        Assert.True(right.Outcome == CaseOutcome.Passed, $"without the mistake: {right}");
        Assert.True(wrong.Outcome == CaseOutcome.Failed, $"with the mistake: {wrong}");
    }
}
