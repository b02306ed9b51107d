using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using VmmEngine.Generators;
using VmmEngine.Ratios;
using VmmEngine.Ratios.Measurement;

namespace VmmEngine.Bench.Generator;

/// <summary>How long an editor waits for the generated code after one row of a table was changed: an incremental run of the generator.</summary>
/// <remarks>Processor time of the thread that runs the generator, so that a busy machine does not add to it.</remarks>
internal static class GeneratorBenchmark
{
    private const double TargetMilliseconds = 50;
    private const int WarmUpEdits = 60;
    private const int Edits = 41;
    private const string HandlersSource = "namespace VmmEngine.Edited; public partial struct LockedHandlers;";

    private static readonly CSharpParseOptions Language = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);

    public static GeneratorResult Run()
    {
        TableText[] versions = [.. EditedTable.Versions.Select(version => new TableText(version))];
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Edited",
            [CSharpSyntaxTree.ParseText(HandlersSource, Language)],
            References(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new VmmTableGenerator().AsSourceGenerator()],
            [versions[0]],
            Language);
        driver = driver.RunGenerators(compilation);
        ImmutableArray<GeneratedSourceResult> before = Sources(driver);

        double[] milliseconds = new double[Edits];
        for (int edit = -WarmUpEdits; edit < Edits; edit++)
        {
            int even = edit & 1;
            double start = ThreadClock.Nanoseconds;
            driver = driver.ReplaceAdditionalText(versions[even], versions[1 - even]).RunGenerators(compilation);
            ImmutableArray<GeneratedSourceResult> after = Sources(driver);
            if (edit >= 0)
            {
                milliseconds[edit] = (ThreadClock.Nanoseconds - start) / 1e6;
            }

            RequireChange(before, after);
            before = after;
        }

        double median = Samples.Median(milliseconds);
        return new GeneratorResult("generator-edit-one-row", EditedTable.Rows, Edits, median, TargetMilliseconds, median <= TargetMilliseconds);
    }

    private static ImmutableArray<GeneratedSourceResult> Sources(GeneratorDriver driver)
    {
        GeneratorRunResult result = driver.GetRunResult().Results.Single();
        return result.Exception is { } exception
            ? throw new InvalidOperationException("The generator failed.", exception)
            : result.Diagnostics.Length > 0
                ? throw new InvalidOperationException($"The generator complains: {result.Diagnostics[0]}")
                : result.GeneratedSources;
    }

    // A run that emits nothing, or the same, would be fast for the wrong reason.
    private static void RequireChange(ImmutableArray<GeneratedSourceResult> before, ImmutableArray<GeneratedSourceResult> after)
    {
        bool changed = after.Length > 0
            && before.Zip(after).Any(pair => !pair.First.SourceText.ContentEquals(pair.Second.SourceText));
        if (!changed)
        {
            throw new InvalidOperationException("The edit did not change the generated code.");
        }
    }

    private static IEnumerable<PortableExecutableReference> References()
    {
        string platform = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "";
        return platform.Split(Path.PathSeparator)
            .Append(typeof(RatioSuite).Assembly.Location)
            .Distinct(StringComparer.Ordinal)
            .Select(path => MetadataReference.CreateFromFile(path));
    }
}
