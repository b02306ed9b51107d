using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;
using VmmEngine.Generators.X86.Facts;
using VmmEngine.Generators.X86.Model;
using VmmEngine.Generators.X86.Parsing;

namespace VmmEngine.Generators.X86.Validation;

/// <summary>All tables together, and what is wrong with them.</summary>
internal sealed record CheckedTables(TablesModel Model, EquatableArray<Problem> Problems);

/// <summary>Builds the rows of all tables and applies the rules that one row alone cannot break.</summary>
internal static class TablesBuilder
{
    public static CheckedTables Build(IEnumerable<(TableSyntax Table, ProjectFacts Facts)> tables, CancellationToken cancellation)
    {
        List<RowModel> rows = [];
        List<Problem> problems = [];
        HashSet<string> forms = [];
        List<(TableSyntax Table, ProjectFacts Facts)> ordered = [.. tables.OrderBy(table => table.Table.Path, StringComparer.Ordinal)];
        foreach ((TableSyntax table, ProjectFacts facts) in ordered)
        {
            ProblemList found = new(table.Path);
            foreach (RowSyntax row in table.Rows)
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (RowModel model in RowBuilder.Build(row, table.Path, facts, found))
                {
                    string? duplicate = Forms(model).FirstOrDefault(form => !forms.Add(form));
                    if (duplicate is null)
                    {
                        rows.Add(model);
                    }
                    else
                    {
                        found.Add(Descriptors.DuplicateForm, row.Operation, duplicate);
                        break;
                    }
                }
            }

            problems.AddRange(table.Problems);
            problems.AddRange(found.ToEquatableArray());
        }

        List<PairModel> pairs = [];
        foreach ((TableSyntax table, _) in ordered)
        {
            ProblemList found = new(table.Path);
            foreach (PairSyntax pair in table.Pairs)
            {
                pairs.AddRange(PairBuilder.Build(pair, rows, found));
            }

            problems.AddRange(found.ToEquatableArray());
        }

        return new CheckedTables(new TablesModel(rows.ToEquatableArray(), pairs.ToEquatableArray()), problems.ToEquatableArray());
    }

    /// <summary>What two rows must not both give.</summary>
    private static IEnumerable<string> Forms(RowModel row)
    {
        string mode = row.Has(Rules.Long) ? " in 64-bit mode" : row.Has(Rules.Legacy) ? " outside 64-bit mode" : "";
        IEnumerable<string> shapes = row.Shapes.Count == 0 ? ["any operands"] : row.Shapes.Select(shape => shape.Letters);
        IEnumerable<string> sizes = row.Sizes.Count == 0 ? ["any size"] : row.Sizes.Select(size => size.ToString());
        return from shape in shapes from size in sizes select $"{row.Operation} {shape}, {size}{mode}";
    }
}
