using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Emit;

/// <summary>Rows that take the same things in the same order.</summary>
/// <param name="Number">Counted from 1, in the order of the table.</param>
/// <param name="Flags">What they take.</param>
/// <param name="Rows">Their names.</param>
/// <param name="Relaxed">The names of those that take it as their relaxed set.</param>
internal sealed record LockSet(int Number, EquatableArray<Flag> Flags, EquatableArray<string> Rows, EquatableArray<string> Relaxed)
{
    public string Name => $"set {Number.ToString(Parsing.Text.Invariant)}";

    public static EquatableArray<LockSet> Of(TableModel table)
    {
        List<EquatableArray<Flag>> sets = [.. table.Rows.SelectMany(FlagsOf).Distinct()];
        ILookup<EquatableArray<Flag>, string> rows = table.Rows.ToLookup(row => row.Flags, row => row.Name);
        ILookup<EquatableArray<Flag>, string> relaxed = table.RelaxedRows.ToLookup(row => row.RelaxedFlags, row => row.Name);
        return sets
            .Select((flags, index) => new LockSet(index + 1, flags, rows[flags].ToEquatableArray(), relaxed[flags].ToEquatableArray()))
            .ToEquatableArray();
    }

    private static IEnumerable<EquatableArray<Flag>> FlagsOf(RowModel row) =>
        row.Relaxed is null ? [row.Flags] : [row.Flags, row.RelaxedFlags];
}
