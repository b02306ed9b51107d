using Microsoft.CodeAnalysis;
using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Emit;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;
using VmmEngine.Generators.X86.Emit;
using VmmEngine.Generators.X86.Facts;
using VmmEngine.Generators.X86.Model;
using VmmEngine.Generators.X86.Parsing;
using VmmEngine.Generators.X86.Validation;

namespace VmmEngine.Generators.X86;

/// <summary>
/// Turns tables of x86 operations into micro-op handlers, their selection, and a coverage report: read, parse, model, validate, emit.
/// Only the step <c>Facts</c> sees the compilation, and only values leave it.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class X86TableGenerator : IIncrementalGenerator
{
    /// <summary>The ending of a table of operations.</summary>
    public const string OperationExtension = ".ops";

    /// <summary>The ending of a table of fused pairs.</summary>
    public const string PairExtension = ".pairs";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<TableFile> read = context.AdditionalTextsProvider
            .Where(file => file.Path.EndsWith(OperationExtension, StringComparison.Ordinal) || file.Path.EndsWith(PairExtension, StringComparison.Ordinal))
            .Select((file, cancellation) => new TableFile(file.Path, file.GetText(cancellation)?.ToString() ?? ""))
            .WithTrackingName(Steps.Read);

        IncrementalValuesProvider<TableSyntax> parsed = read.Select(OperationParser.Parse).WithTrackingName(Steps.Parse);

        IncrementalValuesProvider<(TableSyntax Table, ProjectFacts Facts)> known = parsed
            .Combine(context.CompilationProvider)
            .Select((pair, cancellation) => (pair.Left, FactsReader.Read(pair.Left, pair.Right, cancellation)))
            .WithTrackingName(Steps.Facts);

        IncrementalValueProvider<CheckedTables> built = known
            .Collect()
            .Select((tables, cancellation) => TablesBuilder.Build(tables, cancellation));
        IncrementalValueProvider<TablesModel> model = built.Select((tables, _) => tables.Model).WithTrackingName(Steps.Model);

        context.RegisterSourceOutput(
            built.Select((tables, _) => tables.Problems).WithTrackingName(Steps.Problems),
            (output, problems) =>
            {
                foreach (Problem problem in problems)
                {
                    output.ReportDiagnostic(problem.ToDiagnostic());
                }
            });

        AddFiles(context, model.SelectMany((tables, _) => Operations(tables)).Select((operation, _) => OperationEmitter.Emit(operation)), Steps.EmitHandlers);
        AddFiles(context, model.SelectMany((tables, _) => Pairs(tables)).Select((pair, _) => PairEmitter.Emit(pair.Operation, pair.Pairs)), Steps.EmitPairs);
        IncrementalValueProvider<EquatableArray<GeneratedFile>> selection = model
            .Select((tables, _) => new[] { SelectionEmitter.Emit(tables), PairEmitter.EmitSelection(tables.Pairs) }.ToEquatableArray());
        AddFiles(context, selection.SelectMany((files, _) => files), Steps.EmitSelection);
        AddFiles(context, model.Select((tables, _) => CoverageEmitter.Emit(tables)).SelectMany((file, _) => new[] { file }), Steps.EmitCoverage);
    }

    /// <summary>The rows of each operation that have statements, in the order of the tables.</summary>
    private static IEnumerable<OperationModel> Operations(TablesModel tables) => tables.Rows
        .Where(row => row.Kind == SemanticsKind.Inline)
        .GroupBy(row => row.Operation, StringComparer.Ordinal)
        .Select(rows => new OperationModel(rows.Key, rows.ToEquatableArray()));

    private static IEnumerable<(string Operation, EquatableArray<PairModel> Pairs)> Pairs(TablesModel tables) => tables.Pairs
        .GroupBy(pair => pair.Row.Operation, StringComparer.Ordinal)
        .Select(pairs => (pairs.Key, pairs.ToEquatableArray()));

    private static void AddFiles(IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<GeneratedFile> files, string step) =>
        context.RegisterSourceOutput(files.WithTrackingName(step), (output, file) => output.AddSource(file.HintName, file.Text));
}
