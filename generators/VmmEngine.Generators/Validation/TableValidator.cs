using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Validation;

/// <summary>Applies all rules to a table. A row in error is left out of the model; the others stay.</summary>
internal static class TableValidator
{
    public static CheckedTable Check(TableDraft draft, EquatableArray<TableIdentity> tables, CancellationToken cancellation)
    {
        ProblemList problems = new(draft.Syntax.Path);
        HeaderModel header = draft.Header;
        bool unique = TableIdentity.Check(draft, tables, problems);
        bool supported = ProjectRules.Check(draft, problems);
        bool hasCode = !header.Outgoing && new TypeRules(draft, problems).CheckHeader();

        DuplicateRules duplicates = new(header, problems);
        NameRules names = new(draft, problems);
        HandlerRules handlers = new(draft, problems);
        Dictionary<string, WordModel> words = [];
        List<WordModel> orderedWords = [];
        List<RowModel> rows = [];
        List<RowLine> lines = [];
        foreach (RowDraft row in draft.Rows)
        {
            cancellation.ThrowIfCancellationRequested();
            int before = problems.Count;
            uint? word = ArgumentRules.Word(header, row);
            duplicates.Check(row, word);
            names.Check(row);
            RowModel model = Model(row, word);
            CheckRow(draft, row, model, problems);
            if (!header.Outgoing && row.Sound && problems.Count == before)
            {
                handlers.Check(row, model);
            }

            bool named = Text.IsIdentifier(model.Name) && NameRules.CanBeConstant(header, model.Name) && !words.ContainsKey(model.Name);
            if (named && word is { } value)
            {
                WordModel constant = new(model.Name, value, WordSummary(header, row));
                words.Add(model.Name, constant);
                orderedWords.Add(constant);
            }

            if (row.Sound && problems.Count == before)
            {
                rows.Add(model);
                lines.Add(new RowLine(model.Name, row.Syntax.Name.At.Line + 1));
            }
        }

        if (!header.Outgoing)
        {
            handlers.CheckUnreached();
        }

        TableModel? table = null;
        if (unique && supported && draft.HeaderSound)
        {
            table = new TableModel(
                header,
                orderedWords.ToEquatableArray(),
                rows.ToEquatableArray(),
                draft.Facts.Handlers is { NotExtendable: null },
                hasCode,
                IsPublic(draft, rows),
                draft.Syntax.Path);
        }

        EquatableArray<Problem> all = draft.Syntax.Problems.Concat(draft.Problems).Concat(problems.ToEquatableArray()).ToEquatableArray();
        return new CheckedTable(table, lines.ToEquatableArray(), all);
    }

    private static bool IsPublic(TableDraft draft, List<RowModel> rows) =>
        draft.Facts is { Call: not { IsPublic: false }, Target: not { IsPublic: false } }
        && rows.All(row => row.Argument is null || draft.Facts.Struct(row.Argument.Type.Name) is not { IsPublic: false });

    private static void CheckRow(TableDraft draft, RowDraft row, RowModel model, ProblemList problems)
    {
        ArgumentRules.Check(draft.Header, row, problems);
        if (draft.Header.Outgoing)
        {
            CheckOutgoing(row, problems);
            return;
        }

        FlagRules flags = new(draft, row, problems);
        flags.Check(row.Flags);
        if (row.Relaxed is { } relaxed)
        {
            flags.CheckRelaxed(relaxed);
        }

        flags.CheckGoesLast();

        new TypeRules(draft, problems).CheckRow(row, model);
    }

    private static void CheckOutgoing(RowDraft row, ProblemList problems)
    {
        foreach ((Cell cell, string column) in new[] { (row.Syntax.Flags, "flags"), (row.Syntax.Handler, "handler") })
        {
            if (cell.Text != "-")
            {
                problems.Add(Descriptors.OutgoingRow, cell, row.Syntax.Name.Text, column);
            }
        }
    }

    private static RowModel Model(RowDraft row, uint? word) => new(
        row.Syntax.Section,
        row.Syntax.Name.Text,
        row.Number,
        row.Direction ?? Direction.None,
        row.Argument,
        word,
        row.Flags.Select(flag => flag.Flag).ToEquatableArray(),
        row.Relaxed?.Select(flag => flag.Flag).ToEquatableArray(),
        row.Syntax.Handler.Text == "-" ? null : row.Syntax.Handler.Text,
        row.Attributes.NotYet is not null,
        row.Attributes.Option?.Text,
        row.Attributes.MayNeed?.Text,
        row.Attributes.OnVm is not null,
        row.Attributes.GoesLast is not null);

    private static string WordSummary(HeaderModel header, RowDraft row)
    {
        string argument = row.Argument is { } known
            ? $"{known.Type.Name}, {known.Size.ToString(Text.Invariant)} bytes"
            : "no argument";
        return $"{row.Syntax.Direction.Text} {row.Syntax.Number.Text}, {argument}, on {header.Device}.";
    }
}
