using System.Text;
using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Emit;

/// <summary>The lock report for people.</summary>
internal static class LockReportMarkdown
{
    public static string Write(TableModel table, EquatableArray<LockSet> sets)
    {
        HeaderModel header = table.Header;
        StringBuilder text = new();
        text.Append($"# Locks of {header.Device}\n\n");
        text.Append($"From {header.File}. Rows that take the same things in the same order share a lock set.\n");
        text.Append($"Locks are taken in the order {Join(header.Order)}, and released in the order {Join(header.Release)}.\n\n");
        WriteRows(text, table, sets);
        foreach (LockSet set in sets)
        {
            WriteSet(text, header, set, sets);
        }

        return text.ToString().TrimEnd('\n');
    }

    private static void WriteRows(StringBuilder text, TableModel table, EquatableArray<LockSet> sets)
    {
        text.Append("| Row | Takes, in this order | Releases, in this order | Set | Relaxed |\n|---|---|---|---|---|\n");
        foreach (RowModel row in table.Rows)
        {
            string takes = Join(RowText.Steps(row.Flags));
            string releases = Join(RowText.Released(table.Header, row.Flags));
            string relaxed = row.Relaxed is null ? "" : Number(sets, row.RelaxedFlags);
            text.Append($"| {row.Name} | {takes} | {releases} | {Number(sets, row.Flags)} | {relaxed} |\n");
        }
    }

    private static void WriteSet(StringBuilder text, HeaderModel header, LockSet set, EquatableArray<LockSet> sets)
    {
        text.Append($"\n## {char.ToUpperInvariant(set.Name[0])}{set.Name.Substring(1)}: {Join(RowText.Steps(set.Flags))}\n\n");
        if (set.Rows.Count > 0)
        {
            text.Append($"Rows: {string.Join(", ", set.Rows)}.\n");
        }

        if (set.Relaxed.Count > 0)
        {
            text.Append($"Rows when relaxed: {string.Join(", ", set.Relaxed)}.\n");
        }

        Flag[] waiting = [.. set.Flags.Where(flag => LockWaits.Describe(header, flag) is not null)];
        if (waiting.Length == 0)
        {
            text.Append("Waits for nobody.\n");
            return;
        }

        text.Append("\n| Step | Waits until | Can be held up by |\n|---|---|---|\n");
        foreach (Flag flag in waiting)
        {
            Flag[] blockers = LockWaits.BlockedBy(flag);
            string[] blocking = [.. sets.Where(other => other.Flags.Any(blockers.Contains)).Select(other => other.Name)];
            string guest = flag is Flag.FreezeOne or Flag.FreezeAll ? "a running vCPU" : "";
            string by = Join(new[] { guest }.Concat(blocking).Where(name => name.Length > 0));
            text.Append($"| {FlagFacts.Of(flag).Step} | {LockWaits.Describe(header, flag)} | {by} |\n");
        }
    }

    private static string Number(EquatableArray<LockSet> sets, EquatableArray<Flag> flags) =>
        sets.First(set => set.Flags == flags).Number.ToString(Parsing.Text.Invariant);

    private static string Join(IEnumerable<string> words)
    {
        string joined = string.Join(", ", words);
        return joined.Length == 0 ? "nothing" : joined;
    }
}
