using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;
using VmmEngine.Generators.Validation;

namespace VmmEngine.Generators.Emit;

/// <summary>The rows as data, and the lock report.</summary>
internal static class TableEmitter
{
    public static GeneratedFile Emit(TableModel table, EquatableArray<RowLine> lines)
    {
        HeaderModel header = table.Header;
        LockReport report = LockReport.Of(table);
        CodeWriter writer = CodeWriter.StartFile(header, [Imports.CodeDom, "System.Collections.Generic", Imports.Tables]);
        writer.Line($"/// <summary>The rows of {header.File} as data.</summary>");
        writer.Line(CodeWriter.GeneratedCode);
        writer.Line($"public static class {header.TableClass}");
        writer.Open();
        if (!header.Outgoing)
        {
            EmitText(writer, "LockReportMarkdown", "Who takes what, in which order, and who waits for whom.", report.Markdown);
            EmitText(writer, "LockReportDot", "The lock order as a graph.", report.Dot);
        }

        writer.Line("/// <summary>Every row, in the table's order.</summary>");
        writer.Line("public static IReadOnlyList<CommandRow> Rows { get; } =");
        writer.Line("[");
        Dictionary<string, int> lineOf = lines.ToDictionary(line => line.Name, line => line.Line);
        foreach (RowModel row in table.Rows)
        {
            EmitRow(writer, header, row, lineOf[row.Name]);
        }

        writer.Line("];");
        writer.Close();
        return new GeneratedFile(header.Name + ".Table.g.cs", writer.ToString());
    }

    private static void EmitRow(CodeWriter writer, HeaderModel header, RowModel row, int line)
    {
        writer.Continue("new CommandRow");
        writer.Continue("{");
        Property("Device", Text.Literal(header.Device));
        Property("Section", Text.Literal(row.Section));
        Property("Name", Text.Literal(row.Name));
        Property("Number", row.Number?.ToString(Text.Invariant));
        Property("Direction", Text.Literal(row.Direction.Spelling()));
        Property("Argument", row.Argument is { } argument ? Text.Literal(argument.Type.Name) : null);
        Property("Size", row.Size.ToString(Text.Invariant));
        Property("Value", row.Word is { } word ? "0x" + word.ToString("X8", Text.Invariant) : null);
        Property("Flags", List(row.Flags.Select(flag => FlagFacts.Of(flag).Spelling)));
        Property("Relaxed", row.Relaxed is { } relaxed ? List(relaxed.Select(flag => FlagFacts.Of(flag).Spelling)) : null);
        Property("Handler", row.Handler is { } handler ? Text.Literal(handler) : null);
        Property("NotYet", row.NotYet ? "true" : "false");
        Property("GoesLast", row.GoesLast ? "true" : null);
        Property("Option", row.Option is { } option ? Text.Literal(option) : null);
        Property("MayNeed", row.MayNeed is { } mayNeed ? Text.Literal(mayNeed) : null);
        Property("Takes", List(RowText.Steps(row.Flags)));
        Property("File", Text.Literal(header.File));
        Property("Line", line.ToString(Text.Invariant));
        writer.Continue("},");

        void Property(string name, string? value)
        {
            if (value is not null)
            {
                writer.Continue($"    {name} = {value},");
            }
        }
    }

    private static string List(IEnumerable<string> words) => $"[{string.Join(", ", words.Select(Text.Literal))}]";

    private static void EmitText(CodeWriter writer, string name, string summary, string text)
    {
        string quotes = text.Contains("\"\"\"") ? new string('"', LongestQuotes(text) + 1) : "\"\"\"";
        writer.Line($"/// <summary>{summary}</summary>");
        writer.Line($"public const string {name} = {quotes}");
        foreach (string line in text.Split('\n'))
        {
            writer.Continue(line);
        }

        writer.Continue(quotes + ";");
        writer.Line();
    }

    private static int LongestQuotes(string text)
    {
        int longest = 0;
        int run = 0;
        foreach (char c in text)
        {
            run = c == '"' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
