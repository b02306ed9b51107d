using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Tests.Infrastructure;

namespace VmmEngine.Generators.Tests.Diagnostics;

/// <summary>Each mistake is reported once, at its own place, and draws no compiler errors after it.</summary>
public class DiagnosticTests
{
    private static readonly IReadOnlyList<DiagnosticCase> Cases = [.. HeaderCases.All, .. RowCases.All, .. FlagCases.All, .. HandlerCases.All];

    public static TheoryData<string> Names => [.. Cases.Select(@case => @case.ToString())];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheMistakeIsReportedOnceAtItsOwnPlace(string name)
    {
        DiagnosticCase @case = Cases.Single(@case => @case.ToString() == name);
        Marked table = new(@case.Table);

        Run run = Run.Of(table.Text, @case.Source);

        Diagnostic diagnostic = Assert.Single(run.Diagnostics);
        FileLinePositionSpan place = diagnostic.Location.GetLineSpan();
        Assert.Equal(@case.Id, diagnostic.Id);
        Assert.Equal(@case.Message, diagnostic.GetMessage(null));
        Assert.Equal(TestWorld.Path, place.Path);
        Assert.Equal(new LinePosition(table.Line, table.Column), place.StartLinePosition);
        Assert.Equal(new LinePosition(table.Line, table.Column + table.Length), place.EndLinePosition);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Fact]
    public void TheTableThatComesLaterByPathIsTheDuplicate()
    {
        string table = TestWorld.Table("VM_A 1 IO - - A not-yet");

        Run run = Run.OfAll([new TableText("/tables/b.ioctls", table), new TableText("/tables/a.ioctls", table)], TestWorld.Source);

        Assert.Equal(
            [
                "/tables/b.ioctls: (0,12)-(0,16) VMM015 The table 'Test' already belongs to tables/a.ioctls",
                "/tables/b.ioctls: (5,12)-(5,24) VMM015 The class 'World.TestCommands' already belongs to tables/a.ioctls",
                "/tables/b.ioctls: (6,12)-(6,24) VMM015 The handlers 'World.TestHandlers' already belongs to tables/a.ioctls",
            ],
            run.Diagnostics.Select(diagnostic => $"{diagnostic.Location.GetLineSpan()} {diagnostic.Id} {diagnostic.GetMessage(null)}"));
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Fact]
    public void EveryBadRowIsReportedAndEveryGoodRowGetsItsCode()
    {
        Run run = Run.Of(TestWorld.Table(
            "VM_A 1 IO - - A not-yet",
            "VM_B 999 IOX vm_nothing LOCK_MANY B not-yet",
            "VM_C",
            "VM_D 4 IO - SLOCK_MEMSEGS D not-yet"));

        Assert.Equal(["VMM001", "VMM003", "VMM004", "VMM016", "VMM024"], run.Diagnostics.Select(diagnostic => diagnostic.Id).Order(StringComparer.Ordinal));
        Assert.Contains("public static int A(", run.File("Test.Rows.g.cs"), StringComparison.Ordinal);
        Assert.Contains("public static int D(", run.File("Test.Rows.g.cs"), StringComparison.Ordinal);
        Assert.DoesNotContain("VM_B", run.File("Test.Dispatch.g.cs"), StringComparison.Ordinal);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Fact]
    public void TheReadmeHasAParagraphForEveryId()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "generators", "VmmEngine.Generators", "README.md"));

        Assert.All(Descriptors.All, descriptor => Assert.Contains($"\n**{descriptor.Id}** ", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryDescriptorHasACase()
    {
        // A duplicate table needs two files, the project's settings and types another project: tests of their own.
        string[] asserted = [.. Cases.Select(@case => @case.Id), "VMM015", "VMM041", "VMM042"];

        IEnumerable<string> missing = Descriptors.All.Select(descriptor => descriptor.Id).Except(asserted);

        Assert.True(!missing.Any(), string.Join("\n", missing.Select(id => $"DiagnosticCase.Row(\"{id}\", \"VM_A 1 IO - - [|A|] not-yet\", \"...\"),")));
    }
}
