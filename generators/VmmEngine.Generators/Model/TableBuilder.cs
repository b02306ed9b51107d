using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Facts;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Model;

/// <summary>Looks up every word of a table.</summary>
internal static class TableBuilder
{
    public static TableDraft Build(TableSyntax table, CompilationFacts facts, CancellationToken cancellation)
    {
        ProblemList problems = new(table.Path);
        HeaderModel header = new HeaderBuilder(table, problems).Build();
        bool headerSound = problems.Count == 0;

        List<RowDraft> rows = [];
        foreach (RowSyntax row in table.Rows)
        {
            cancellation.ThrowIfCancellationRequested();
            rows.Add(new RowBuilder(row, header, facts, table, problems).Build());
        }

        return new TableDraft(table, facts, header, headerSound, rows.ToEquatableArray(), problems.ToEquatableArray());
    }
}
