using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.FreeBsd;
using VmmEngine.Tables;
using Xunit;

namespace VmmEngine.Conformance.Tests;

/// <summary>Every command, documented error and rule has a case.</summary>
public sealed class CoverageTests
{
    private static readonly CommandRow[] Rows = [.. ControlCommandTable.Rows.Concat(VmCommandTable.Rows).Where(row => row.Value is not null)];

    [Fact]
    public void NothingIsWithoutACase() => Assert.Empty(FreeBsdSuite.Instance.Gaps());

    [Fact]
    public void EveryRowOfTheEnginesTablesHasACase()
    {
        HashSet<string> covered = [.. FreeBsdSuite.Instance.Cases.SelectMany(@case => @case.Commands)];

        Assert.Empty(Rows.Select(row => row.Name).Except(covered));
    }

    /// <summary>The suite's words are written down, the engine's are computed from layouts: neither can be wrong alone.</summary>
    [Fact]
    public void TheSuitesCommandsAreTheEngines() => Assert.Equal(
        Rows.Select(row => (row.Name, row.Value!.Value)).Order(),
        Commands.OfControl.Concat(Commands.OfVm).Select(command => (command.Name, command.Word)).Order());

    [Theory]
    [InlineData(Before.SharedMap, "SLOCK_MEMSEGS")]
    [InlineData(Before.WholeMap, "XLOCK_MEMSEGS")]
    [InlineData(Before.OneVcpu, "LOCK_ONE_VCPU")]
    [InlineData(Before.AllVcpus, "LOCK_ALL_VCPUS")]
    [InlineData(Before.MaybeVcpu, "MAYBE_ALLOC_VCPU")]
    [InlineData(Before.Passthrough, "PPT")]
    internal void WhatPrecedesHandlersIsTheSame(Before what, string flag) => Assert.Equal(
        Rows.Where(row => row.Flags.Contains(flag)).Select(row => row.Name).Order(),
        Commands.OfVm.Where(command => command.Before.HasFlag(what)).Select(command => command.Name).Order());

    [Fact]
    public void NoNameIsUsedTwice()
    {
        string[] names = [.. FreeBsdSuite.Instance.Cases.Select(@case => @case.Name)];

        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public void NamesAreOfCommandsThatThereAre() => Assert.All(
        FreeBsdSuite.Instance.Cases,
        @case => Assert.Subset(FreeBsdSuite.Instance.Commands.ToHashSet(), @case.Commands.ToHashSet()));

    [Fact]
    public void SectionsHaveTitles() => Assert.All(
        FreeBsdSuite.Instance.Cases.Select(@case => @case.Section).Concat(FreeBsdSuite.Instance.Rules.Select(rule => rule.Section)),
        section => Assert.StartsWith(section + ", ", FreeBsdSuite.Instance.TitleOf(section), StringComparison.Ordinal));

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
