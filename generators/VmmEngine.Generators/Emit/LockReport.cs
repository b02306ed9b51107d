using System.Text;
using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Emit;

/// <summary>For each row what it takes, in which order, what it may wait for and who can block it. A function of the model alone.</summary>
internal sealed record LockReport(string Markdown, string Dot)
{
    public static LockReport Of(TableModel table)
    {
        EquatableArray<LockSet> sets = LockSet.Of(table);
        return new LockReport(LockReportMarkdown.Write(table, sets), WriteDot(table, sets));
    }

    private static string WriteDot(TableModel table, EquatableArray<LockSet> sets)
    {
        StringBuilder dot = new();
        dot.Append($"digraph {table.Header.Name} {{\n");
        dot.Append("    rankdir=LR;\n");
        dot.Append("    node [shape=box];\n");
        foreach (string name in table.Header.Order)
        {
            dot.Append($"    \"{name}\";\n");
        }

        for (int i = 1; i < table.Header.Order.Count; i++)
        {
            dot.Append($"    \"{table.Header.Order[i - 1]}\" -> \"{table.Header.Order[i]}\" [style=bold, label=\"before\"];\n");
        }

        dot.Append("    node [shape=plaintext];\n");
        foreach (LockSet set in sets.Where(set => set.Flags.Any(flag => FlagFacts.Of(flag).Lock is not null)))
        {
            IEnumerable<string> rows = set.Rows.Concat(set.Relaxed.Select(row => row + " (relaxed)"));
            dot.Append($"    \"{set.Name}\" [label=\"{set.Name}\\n{string.Join("\\n", rows)}\"];\n");
            foreach (Flag flag in set.Flags.Where(flag => FlagFacts.Of(flag).Lock is not null))
            {
                string style = FlagFacts.Of(flag).Held ? "" : ", style=dashed";
                dot.Append($"    \"{set.Name}\" -> \"{FlagFacts.Of(flag).Lock}\" [label=\"{FlagFacts.Of(flag).Step}\"{style}];\n");
            }
        }

        return dot.Append('}').ToString();
    }
}
