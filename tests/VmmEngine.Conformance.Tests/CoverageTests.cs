using VmmEngine.Conformance.Cases;
using Xunit;

namespace VmmEngine.Conformance.Tests;

/// <summary>Every command, documented error and rule of every interface has a case.</summary>
public sealed class CoverageTests
{
    public static TheoryData<string> Suites => SuiteUnderTest.Names;

    /// <summary>What precedes handlers, in the suites' words and in the tables'.</summary>
    private static readonly (Before What, string Flag)[] Preconditions =
    [
        (Before.SharedMap, "SLOCK_MEMSEGS"),
        (Before.WholeMap, "XLOCK_MEMSEGS"),
        (Before.OneVcpu, "LOCK_ONE_VCPU"),
        (Before.AllVcpus, "LOCK_ALL_VCPUS"),
        (Before.MaybeVcpu, "MAYBE_ALLOC_VCPU"),
        (Before.Passthrough, "PPT"),
        (Before.FindVm, "FIND_VM"),
        (Before.FindVcpu, "FIND_VCPU"),
    ];

    [Theory]
    [MemberData(nameof(Suites))]
    public void NothingIsWithoutACase(string name) => Assert.Empty(SuiteUnderTest.Of(name).Suite.Gaps());

    [Theory]
    [MemberData(nameof(Suites))]
    public void EveryRowOfTheEnginesTablesHasACase(string name)
    {
        SuiteUnderTest tested = SuiteUnderTest.Of(name);
        HashSet<string> covered = [.. tested.Suite.Cases.SelectMany(@case => @case.Commands)];

        Assert.Empty(tested.Rows.Select(row => row.Name).Except(covered));
    }

    /// <summary>The suite's words are written down, the engine's are computed from layouts: neither can be wrong alone.</summary>
    [Theory]
    [MemberData(nameof(Suites))]
    public void TheSuitesCommandsAreTheEngines(string name) => Assert.Equal(
        SuiteUnderTest.Of(name).Rows.Select(row => (row.Name, row.Row.Value!.Value)).Order(),
        SuiteUnderTest.Of(name).Commands.Select(command => (command.Name, command.Word)).Order());

    [Theory]
    [MemberData(nameof(Suites))]
    public void WhatPrecedesHandlersIsTheSame(string name) => Assert.All(Preconditions, precondition => Assert.Equal(
        SuiteUnderTest.Of(name).Rows.Where(row => row.Row.Flags.Contains(precondition.Flag)).Select(row => row.Name).Order(),
        SuiteUnderTest.Of(name).Commands.Where(command => command.Before.HasFlag(precondition.What)).Select(command => command.Name).Order()));

    [Theory]
    [MemberData(nameof(Suites))]
    public void NoNameIsUsedTwice(string name)
    {
        string[] names = [.. SuiteUnderTest.Of(name).Suite.Cases.Select(@case => @case.Name)];

        Assert.Equal(names.Distinct(), names);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void NamesAreOfCommandsThatThereAre(string name) => Assert.All(
        SuiteUnderTest.Of(name).Suite.Cases,
        @case => Assert.Subset(SuiteUnderTest.Of(name).Suite.Commands.ToHashSet(), @case.Commands.ToHashSet()));

    [Theory]
    [MemberData(nameof(Suites))]
    public void SectionsHaveTitles(string name)
    {
        ConformanceSuite suite = SuiteUnderTest.Of(name).Suite;

        Assert.All(
            suite.Cases.Select(@case => @case.Section).Concat(suite.Rules.Select(rule => rule.Section)),
            section => Assert.StartsWith(section + ", ", suite.TitleOf(section), StringComparison.Ordinal));
    }

    [Fact]
    public void GapsAreTold()
    {
        ConformanceCase only = new("A/fails-is-EINVAL", ["A"], "1", "why", _ => { });
        ConformanceSuite suite = new(
            "none", ["A", "B"], [only], [new DocumentedError("A", "EINVAL"), new DocumentedError("A", "ENOENT")],
            [new Rule("1", "shown", only.Name), new Rule("1", "without a case"), new Rule("1", "lost", "A/lost")],
            new Dictionary<string, string>());

        Assert.Collection(
            suite.Gaps(),
            gap => Assert.StartsWith("B has no case", gap, StringComparison.Ordinal),
            gap => Assert.Contains("A is documented to answer ENOENT", gap, StringComparison.Ordinal),
            gap => Assert.Equal("no case shows: without a case", gap),
            gap => Assert.StartsWith("there is no case A/lost", gap, StringComparison.Ordinal));
    }
}
