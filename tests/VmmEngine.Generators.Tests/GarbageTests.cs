using System.Text;
using VmmEngine.Generators.Emit;
using VmmEngine.Generators.Facts;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;
using VmmEngine.Generators.Tests.Infrastructure;
using VmmEngine.Generators.Validation;

namespace VmmEngine.Generators.Tests;

/// <summary>The generator runs inside other people's compilers: whatever a file holds, it answers with diagnostics and never throws.</summary>
public class GarbageTests
{
    private const int Rounds = 1500;

    private static readonly Microsoft.CodeAnalysis.Compilation World = Run.Compile(TestWorld.Source);

    [Fact]
    public void RandomBytesNeverThrow()
    {
        Random random = new(1);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = new byte[random.Next(400)];
            random.NextBytes(bytes);
            Generate((round % 2 == 0 ? TestWorld.Header : "") + Encoding.Latin1.GetString(bytes));
        }
    }

    [Fact]
    public void RandomWordsNeverThrow()
    {
        string[] words =
        [
            .. HeaderKeys.All, .. FlagFacts.Spellings, .. FlagFacts.Locks, .. Directions.Spellings, "section", "\n", "\n", "\n", "#", "-", "0", "255",
            "0xFFFFFFFFFFFFFFFFF", "9999999999999999999999", "vm_register", "vm_memseg", "vm_managed", "int", "ulong", "not-yet", "relaxed=", "relaxed=NONE",
            "relaxed=ALLOC_VCPU", "relaxed=||", "option=Snapshot", "option=", "may-need=X", "on=vm", "=", "|", "''", "'", "outgoing", "create", "eject",
            "World", "World.TestCall", "..", "\"\"\"\"", "<&>", "\\", "\r", "\t", "\0", "é", "\uD800", "VM_A", "VM_B", "Handler",
        ];
        Random random = new(2);
        for (int round = 0; round < Rounds; round++)
        {
            StringBuilder text = new(round % 3 == 0 ? "" : TestWorld.Header);
            for (int count = random.Next(80); count > 0; count--)
            {
                text.Append(words[random.Next(words.Length)]).Append(random.Next(8) == 0 ? "|" : " ");
            }

            Generate(text.ToString());
        }
    }

    [Fact]
    public void CutAndMangledTablesNeverThrow()
    {
        Random random = new(3);
        string[] tables = [.. Repository.Tables.Select(File.ReadAllText)];
        for (int round = 0; round < Rounds; round++)
        {
            string table = tables[random.Next(tables.Length)];
            int start = random.Next(Math.Min(table.Length, 800));
            StringBuilder text = new(table[(round % 2 == 0 ? 0 : start)..random.Next(start, table.Length)]);
            for (int count = random.Next(6); count > 0 && text.Length > 0; count--)
            {
                text[random.Next(text.Length)] = (char)random.Next(32, 127);
            }

            Generate(text.ToString());
        }
    }

    /// <summary>Every step, without the driver around it, which would swallow what is thrown.</summary>
    private static void Generate(string text)
    {
        TableSyntax table = TableParser.Parse(new TableFile(TestWorld.Path, text), CancellationToken.None);
        CompilationFacts facts = FactsReader.Read(FactsRequest.Of(table), World, CancellationToken.None);
        TableDraft draft = TableBuilder.Build(table, facts, CancellationToken.None);
        CheckedTable checkedTable = TableValidator.Check(draft, new[] { TableIdentity.Of(draft) }.ToEquatableArray(), CancellationToken.None);
        foreach (VmmEngine.Generators.Diagnostics.Problem problem in checkedTable.Problems)
        {
            Assert.NotEmpty(problem.ToDiagnostic().GetMessage(null));
        }

        if (checkedTable.Model is { } model)
        {
            WordsEmitter.Emit(model);
            RowsEmitter.Emit(model);
            DispatchEmitter.Emit(model, PerfectHash.Find(model.CommandWords, CancellationToken.None));
            HandlersEmitter.Emit(model);
            TableEmitter.Emit(model, checkedTable.Lines);
        }
    }
}
