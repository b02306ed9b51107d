using System.Text;
using VmmEngine.Generators.Emit;
using VmmEngine.Generators.Parsing;
using VmmEngine.Generators.X86.Model;

namespace VmmEngine.Generators.X86.Emit;

/// <summary>Writes the coverage report: every operation, its shapes and sizes, its flags, and what executes it.</summary>
internal static class CoverageEmitter
{
    public static GeneratedFile Emit(TablesModel tables)
    {
        CodeWriter writer = X86File.Start("*.ops and *.pairs");
        X86File.OpenClass(writer, "FormCoverage", "What the tables cover, for people.");
        writer.Line("/// <summary>A table in Markdown.</summary>");
        writer.Line($"public const string Report = {Text.Literal(Report(tables))};");
        writer.Close();
        return new GeneratedFile("FormCoverage.g.cs", writer.ToString());
    }

    private static string Report(TablesModel tables)
    {
        StringBuilder report = new();
        int handlers = tables.Rows.Where(row => row.Kind == SemanticsKind.Inline).Sum(row => Variant.Of(row).Count());
        string summary = $"{tables.Rows.Select(row => row.Operation).Distinct().Count()} operations, {tables.Rows.Count} rows, {handlers} generated handlers, {tables.Pairs.Sum(pair => pair.Conditions.Count)} forms fused with a jump.";
        report.Append(summary).Append("\n\n| operation | operands | bits | reads | writes | executed by |\n|---|---|---|---|---|---|\n");
        foreach (RowModel row in tables.Rows.OrderBy(row => row.Operation, StringComparer.Ordinal))
        {
            string operands = row.Shapes.Count == 0 ? "any" : string.Join(" ", row.Shapes.Select(shape => shape.Letters));
            string sizes = row.Sizes.Count == 0 ? "-" : string.Join(" ", row.Sizes.Select(size => size.ToString()));
            string by = row.Kind == SemanticsKind.Inline ? $"{Variant.Of(row).Count()} handlers" : $"{row.Kind.ToString().ToLowerInvariant()} {row.Method}";
            report.Append($"| {row.Operation} | {operands} | {sizes} | {FlagModel.Name(row.Flags.Read)} | {FlagModel.Name(row.Flags.Written)} | {by} |\n");
        }

        return report.ToString();
    }
}
