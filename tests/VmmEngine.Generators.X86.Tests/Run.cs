using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace VmmEngine.Generators.X86.Tests;

/// <summary>One run of the generator over tables.</summary>
internal sealed class Run
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.CSharp13);

    private static readonly CSharpCompilation Compilation = CSharpCompilation.Create(
        "World",
        [CSharpSyntaxTree.ParseText(World.Source, Options)],
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "System.Runtime.dll" or "System.Private.CoreLib.dll" or "Iced.dll")
            .Select(path => MetadataReference.CreateFromFile(path))],
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

    private GeneratorDriver _driver;

    private Run(params IEnumerable<AdditionalText> tables)
    {
        _driver = CSharpGeneratorDriver.Create(
            [new X86TableGenerator().AsSourceGenerator()],
            tables,
            Options,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        Again();
    }

    public GeneratorRunResult Result { get; private set; }

    public IReadOnlyList<Diagnostic> Diagnostics => Result.Diagnostics;

    public static Run Of(string operations, string pairs = "") =>
        new(new TableText(World.Operations, operations), new TableText(World.Pairs, pairs));

    /// <summary>Runs once more with another text for the operations.</summary>
    public void Change(string operations)
    {
        GeneratorDriverRunResult before = _driver.GetRunResult();
        Assert.NotEmpty(before.Results);
        _driver = _driver.ReplaceAdditionalTexts([new TableText(World.Operations, operations), new TableText(World.Pairs, "")]);
        Again();
    }

    public string File(string hintName) => Result.GeneratedSources.Single(source => source.HintName == hintName).SourceText.ToString();

    private void Again()
    {
        _driver = _driver.RunGenerators(Compilation);
        Result = _driver.GetRunResult().Results[0];
        Assert.Null(Result.Exception);
    }

    private sealed class TableText(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
