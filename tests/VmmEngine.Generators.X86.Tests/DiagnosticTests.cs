using Microsoft.CodeAnalysis;
using VmmEngine.Generators.Diagnostics;

namespace VmmEngine.Generators.X86.Tests;

/// <summary>Each mistake is reported once, at its own place: the part of the row between the brackets.</summary>
public class DiagnosticTests
{
    private const string Good = "Cmp rr 32 sub nowrite r = a - b\n";

    public static TheoryData<string, string, string> Rows => new()
    {
        { "X86001", "[|Add|] rr 32 add", "Row 'Add' has 4 columns; it needs 6" },
        { "X86002", "[|Addd|] rr 32 add - r = a + b", "The decoder knows no instruction 'Addd'. Did you mean 'Add'?" },
        { "X86002", "[|Cmpxchg16b_m129|] rr 32 add - r = a + b", "The decoder knows no instruction 'Cmpxchg16b_m129'. Did you mean 'Cmpxchg16b_m128'?" },
        { "X86003", "Add rr,[|rx|] 32 add - r = a + b", "'rx' is no operand shape: one letter an operand, of r m i c j, at most one m" },
        { "X86003", "Add [|*|] 32 add - r = a + b", "'*' is no operand shape: a row with statements names its shapes" },
        { "X86004", "Add rr 32,[|33|] add - r = a + b", "'33' is no operand size: 8, 16, 32 and 64 are, or two of them with a colon between" },
        { "X86005", "Add rr 32 [|addd|] - r = a + b", "'addd' says nothing about flags: a record, then r:, w: and m: with letters of OSZAPC or 'all', semicolons between" },
        { "X86006", "Add rr 32 add [|lokc|] r = a + b", "Unknown rule 'lokc'. Did you mean 'lock'?" },
        { "X86007", "Shl ri 32 bits;w:OSZAPC - [|r = a << 1|]", "Flags 'bits;w:OSZAPC' need statements behind ';;'" },
        { "X86007", "Add rr 32 add - [|r = a + b ;; uint f = 1|]", "Statements behind ';;' need flags 'bits', 'merge' or 'custom'" },
        { "X86008", "Lgdt * - - - helper [|Known.Nothing|]", "There is no static method 'Known.Nothing' in this project's namespace VmmEngine.SoftX86" },
        { "X86009", "Lgdt * - - - helper [|Known.Function|]", "'Known.Function' must be static Step M(Cpu*, MicroOp*)" },
        { "X86010", "Add rr 32 add - r = a + b\n[|Add|] rm,rr 64,32 add - r = a + b", "Another row gives Add rr, 32 already" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void AMistakeInARowIsReportedAtItsPlace(string id, string row, string message) => Check(id, row, message, marked => Run.Of(Good + marked), World.Operations, 1);

    [Theory]
    [InlineData("X86001", "[|Cmp|] rr 32", "Row 'Cmp' has 3 columns; it needs 5")]
    [InlineData("X86011", "[|Cmp|] rr 64 e -", "No row with semantics of its own gives Cmp rr, 64")]
    [InlineData("X86012", "Cmp rr 32 e,[|o|] -", "'o' cannot be told from what Cmp leaves")]
    public void AMistakeInAPairIsReportedAtItsPlace(string id, string row, string message) => Check(id, row, message, marked => Run.Of(Good, marked), World.Pairs, 0);

    [Fact]
    public void EveryDescriptorHasACase()
    {
        string[] asserted = [.. Rows.Select(row => (string)row[0]), "X86011", "X86012"];

        Assert.Empty(Descriptors.All.Select(descriptor => descriptor.Id).Except(asserted));
    }

    [Fact]
    public void ABadRowHidesNoGoodOne()
    {
        Run run = Run.Of("Add rr 33 add lokc r = a + b\n" + Good);

        Assert.Equal(["X86004", "X86006"], run.Diagnostics.Select(diagnostic => diagnostic.Id));
        Assert.Contains("CmpHandlers.Find", run.File("FormTable.g.cs"), StringComparison.Ordinal);
        Assert.DoesNotContain("AddHandlers", run.File("FormTable.g.cs"), StringComparison.Ordinal);
    }

    private static void Check(string id, string row, string message, Func<string, Run> run, string path, int linesBefore)
    {
        int start = row.IndexOf("[|", StringComparison.Ordinal);
        int length = row.IndexOf("|]", StringComparison.Ordinal) - start - 2;
        string text = row.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal);
        int line = row[..start].Count(letter => letter == '\n');
        int column = start - (row[..start].LastIndexOf('\n') + 1);

        Diagnostic diagnostic = Assert.Single(run(text).Diagnostics);

        FileLinePositionSpan place = diagnostic.Location.GetLineSpan();
        Assert.Equal((id, message, path), (diagnostic.Id, diagnostic.GetMessage(null), place.Path));
        Assert.Equal((line + linesBefore, column, column + length), (place.StartLinePosition.Line, place.StartLinePosition.Character, place.EndLinePosition.Character));
    }
}
