using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.Engine;
using VmmEngine.Conformance.FreeBsd;
using VmmEngine.Conformance.OpenBsd;
using VmmEngine.Conformance.OpenBsd.Interface;
using VmmEngine.Conformance.Systems;
using VmmEngine.FreeBsd;
using VmmEngine.OpenBsd.Baseline;
using VmmEngine.OpenBsd.Newer;
using VmmEngine.SoftX86;
using VmmEngine.Tables;
using Xunit;
using FreeBsdCommands = VmmEngine.Conformance.FreeBsd.Interface.Commands;

namespace VmmEngine.Conformance.Tests;

/// <summary>An interface's cases, the engine's own tables of it, and the engine on the software vCPU.</summary>
/// <param name="Suite">The cases.</param>
/// <param name="Commands">The suite's commands.</param>
/// <param name="Rows">The engine's rows that are commands, by the suite's name of the command.</param>
/// <param name="Engine">The engine.</param>
internal sealed record SuiteUnderTest(ConformanceSuite Suite, IReadOnlyList<Command> Commands, IReadOnlyList<(string Name, CommandRow Row)> Rows, ISystemProvider Engine)
{
    private static readonly SoftBackendFactory Software = new(new SoftOptions());

    public static SuiteUnderTest FreeBsd { get; } = new(
        FreeBsdSuite.Instance, [.. FreeBsdCommands.OfControl, .. FreeBsdCommands.OfVm], Named("", [.. ControlCommandTable.Rows, .. VmCommandTable.Rows]), new FreeBsdProvider(Software));

    public static SuiteUnderTest OpenBsd { get; } = new(
        OpenBsdSuite.Instance,
        [.. Revision.All.SelectMany(revision => revision.Commands)],
        [.. Named("baseline/", BaselineCommandTable.Rows), .. Named("newer/", NewerCommandTable.Rows)],
        new OpenBsdProvider(Software));

    public static TheoryData<string> Names => ["freebsd", "openbsd"];

    public static SuiteUnderTest Of(string name) => name == "freebsd" ? FreeBsd : OpenBsd;

    private static IReadOnlyList<(string Name, CommandRow Row)> Named(string prefix, IEnumerable<CommandRow> rows) =>
        [.. rows.Where(row => row.Value is not null).Select(row => (prefix + row.Name, row))];
}
