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
        List<LockSet> sets = [];
        foreach (RowModel row in table.Rows)
        {
            Add(sets, row.Flags, set => set with { Rows = set.Rows.Append(row.Name).ToEquatableArray() });
            if (row.Relaxed is not null)
            {
                Add(sets, row.RelaxedFlags, set => set with { Relaxed = set.Relaxed.Append(row.Name).ToEquatableArray() });
            }
        }

        return sets.ToEquatableArray();
    }

    private static void Add(List<LockSet> sets, EquatableArray<Flag> flags, Func<LockSet, LockSet> add)
    {
        int index = sets.FindIndex(set => set.Flags == flags);
        if (index < 0)
        {
            index = sets.Count;
            sets.Add(new LockSet(index + 1, flags, EquatableArray<string>.Empty, EquatableArray<string>.Empty));
        }

        sets[index] = add(sets[index]);
    }
}
