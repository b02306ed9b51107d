using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace VmmEngine.Generators.Tests.Infrastructure;

/// <summary>One run of the generator over tables and C# source.</summary>
internal sealed class Run
{
    private readonly Compilation _output;
    private readonly GeneratorDriverRunResult _result;

    private Run(IEnumerable<TableText> tables, Compilation compilation)
    {
        GeneratorDriver driver = CreateDriver(tables).RunGeneratorsAndUpdateCompilation(compilation, out _output, out ImmutableArray<Diagnostic> _);
        _result = driver.GetRunResult();
        Assert.Null(_result.Results[0].Exception);
    }

    /// <summary>The generator's own diagnostics, in the order of the table.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => [.. _result.Diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceSpan)];

    /// <summary>What the C# compiler says of source and generated code together.</summary>
    public IEnumerable<Diagnostic> CompilerDiagnostics => _output.GetDiagnostics().Where(diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden);

    public IEnumerable<string> HintNames => _result.Results[0].GeneratedSources.Select(source => source.HintName);

    public static Run Of(string table, string source = TestWorld.Source, string path = TestWorld.Path) => new([new TableText(path, table)], Compile(source));

    public static Run Of(string table, Compilation compilation) => new([new TableText(TestWorld.Path, table)], compilation);

    public static Run OfAll(IEnumerable<TableText> tables, string source) => new(tables, Compile(source));

    public static GeneratorDriver CreateDriver(IEnumerable<TableText> tables) => CSharpGeneratorDriver.Create(
        [new VmmTableGenerator().AsSourceGenerator()],
        tables,
        new CSharpParseOptions(LanguageVersion.CSharp13, DocumentationMode.Diagnose),
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public static CSharpCompilation Compile(string source) => CSharpCompilation.Create(
        "Tables",
        [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.CSharp13, DocumentationMode.Diagnose), "World.cs")],
        References.All,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>The text of a generated file.</summary>
    public string File(string hintName) => _result.Results[0].GeneratedSources.Single(source => source.HintName == hintName).SourceText.ToString();
}
