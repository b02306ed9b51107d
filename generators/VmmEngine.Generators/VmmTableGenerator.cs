using Microsoft.CodeAnalysis;
using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Emit;
using VmmEngine.Generators.Facts;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;
using VmmEngine.Generators.Validation;

namespace VmmEngine.Generators;

/// <summary>
/// Turns <c>.ioctls</c> tables into command words, locked row methods, dispatch and metadata: read, parse, model, validate, emit.
/// Only the step <c>Facts</c> sees the compilation, and only values leave it.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class VmmTableGenerator : IIncrementalGenerator
{
    /// <summary>The ending of a table's file name.</summary>
    public const string TableExtension = ".ioctls";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<TableFile> read = context.AdditionalTextsProvider
            .Where(file => file.Path.EndsWith(TableExtension, StringComparison.Ordinal))
            .Select((file, cancellation) => new TableFile(file.Path, file.GetText(cancellation)?.ToString() ?? ""))
            .Collect()
            .SelectMany((files, _) => Distinct(files))
            .WithTrackingName(Steps.Read);

        IncrementalValuesProvider<TableSyntax> parsed = read.Select(TableParser.Parse).WithTrackingName(Steps.Parse);

        IncrementalValuesProvider<(TableSyntax Table, CompilationFacts Facts)> known = parsed
            .Combine(context.CompilationProvider)
            .Select((pair, cancellation) => (pair.Left, FactsReader.Read(FactsRequest.Of(pair.Left), pair.Right, cancellation)))
            .WithTrackingName(Steps.Facts);

        IncrementalValuesProvider<TableDraft> drafts = known
            .Select((pair, cancellation) => TableBuilder.Build(pair.Table, pair.Facts, cancellation))
            .WithTrackingName(Steps.Model);

        IncrementalValueProvider<EquatableArray<TableIdentity>> identities = drafts
            .Select((draft, _) => TableIdentity.Of(draft))
            .Collect()
            .Select((all, _) => all.ToEquatableArray())
            .WithTrackingName(Steps.Identities);

        IncrementalValuesProvider<CheckedTable> validated = drafts
            .Combine(identities)
            .Select((pair, cancellation) => TableValidator.Check(pair.Left, pair.Right, cancellation))
            .WithTrackingName(Steps.Validate);

        context.RegisterSourceOutput(
            validated.Select((table, _) => table.Problems).WithTrackingName(Steps.Problems),
            (output, problems) =>
            {
                foreach (Problem problem in problems)
                {
                    output.ReportDiagnostic(problem.ToDiagnostic());
                }
            });

        IncrementalValuesProvider<(TableModel Model, EquatableArray<RowLine> Lines)> placed = validated
            .Where(table => table.Model is not null)
            .Select((table, _) => (table.Model!, table.Lines));
        IncrementalValuesProvider<TableModel> tables = placed.Select((table, _) => table.Model).WithTrackingName(Steps.Table);

        // A step of its own behind a value without lines: the search is not repeated when a comment moves the rows.
        IncrementalValuesProvider<(TableModel Table, PerfectHash? Hash)> hashed = tables
            .Where(table => table.HasCode)
            .Select((table, cancellation) => (table, PerfectHash.Find(table.CommandWords, cancellation)))
            .WithTrackingName(Steps.Hash);
        context.RegisterSourceOutput(hashed.Where(pair => pair.Hash is null), (output, pair) => output.ReportDiagnostic(NoHash(pair.Table)));

        AddFiles(context, tables.Select((table, _) => (GeneratedFile?)WordsEmitter.Emit(table)), Steps.EmitWords);
        AddFiles(context, tables.Select((table, _) => RowsEmitter.Emit(table)), Steps.EmitRows);
        AddFiles(context, hashed.Select((pair, _) => DispatchEmitter.Emit(pair.Table, pair.Hash)), Steps.EmitDispatch);
        AddFiles(context, tables.Select((table, _) => HandlersEmitter.Emit(table)), Steps.EmitHandlers);
        AddFiles(context, placed.Select((table, _) => (GeneratedFile?)TableEmitter.Emit(table.Model, table.Lines)), Steps.EmitTable);
    }

    /// <summary>A project may name a file twice, by itself and by a wildcard; it is one table all the same.</summary>
    private static IEnumerable<TableFile> Distinct(IEnumerable<TableFile> files)
    {
        HashSet<string> paths = [];
        return files.Where(file => paths.Add(file.Path));
    }

    /// <summary>Stands at the table's first character, for no row is more to blame than another.</summary>
    private static Diagnostic NoHash(TableModel table)
    {
        ProblemList problems = new(table.Path);
        string words = table.CommandWords.Count.ToString(Text.Invariant);
        problems.AddAtStart(Descriptors.NoPerfectHash, words, PerfectHash.MaximumSlots.ToString(Text.Invariant));
        return problems.ToEquatableArray()[0].ToDiagnostic();
    }

    private static void AddFiles(
        IncrementalGeneratorInitializationContext context,
        IncrementalValuesProvider<GeneratedFile?> files,
        string step) =>
        context.RegisterSourceOutput(files.WithTrackingName(step), (output, file) =>
        {
            if (file is not null)
            {
                output.AddSource(file.HintName, file.Text);
            }
        });
}
