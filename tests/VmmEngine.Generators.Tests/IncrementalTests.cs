using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using VmmEngine.Generators.Tests.Infrastructure;

namespace VmmEngine.Generators.Tests;

/// <summary>After an edit only what depends on it is made again, and nothing of an old compilation is kept.</summary>
public class IncrementalTests
{
    private static readonly string[] EmitSteps = [Steps.EmitWords, Steps.EmitRows, Steps.EmitDispatch, Steps.EmitHandlers, Steps.EmitTable];

    private const string First = "VM_A 1 IO - SLOCK_MEMSEGS A not-yet";

    [Fact]
    public void AnEditOfUnrelatedSourceMakesNothingAgain()
    {
        CSharpCompilation compilation = Run.Compile(TestWorld.Source);
        GeneratorDriver driver = Run.CreateDriver([Table(First)]).RunGenerators(compilation);

        compilation = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("internal class Unrelated;", Options(compilation)));
        GeneratorRunResult result = driver.RunGenerators(compilation).GetRunResult().Results[0];

        Assert.Equal([IncrementalStepRunReason.Unchanged], Reasons(result, Steps.Facts));
        foreach (string step in new[] { Steps.Read, Steps.Parse, Steps.Model, Steps.Identities, Steps.Validate, Steps.Problems, Steps.Table }.Concat(EmitSteps))
        {
            Assert.All(Reasons(result, step), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        }

        Assert.All(Outputs(result), reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
    }

    [Fact]
    public void ACommentAboveTheRowsMovesTheirLinesOnly()
    {
        GeneratorRunResult result = Edit([Table(First)], 0, Table("# why VM_A is here\n" + First));

        Assert.Equal([IncrementalStepRunReason.Modified], Reasons(result, Steps.Parse));
        Assert.Equal([IncrementalStepRunReason.Unchanged], Reasons(result, Steps.Table));
        Assert.Equal([IncrementalStepRunReason.Cached], Reasons(result, Steps.Hash));
        foreach (string step in EmitSteps)
        {
            bool hasLines = step == Steps.EmitTable;
            Assert.Equal([hasLines ? IncrementalStepRunReason.Modified : IncrementalStepRunReason.Cached], Reasons(result, step));
        }
    }

    [Fact]
    public void AnEditedRowMakesTheFilesOfItsOwnTableAgain()
    {
        GeneratorRunResult result = Edit([Table(First), Other()], 0, Table("VM_A 1 IO - - A not-yet"));

        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], Reasons(result, Steps.Parse));
        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], Reasons(result, Steps.EmitRows));
        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], Reasons(result, Steps.EmitTable));
        Assert.Equal([IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Cached], Reasons(result, Steps.EmitWords));
    }

    [Fact]
    public void ATableThatIsGoneTakesItsFilesWithIt()
    {
        TableText second = Other();
        CSharpCompilation compilation = Run.Compile(TestWorld.Source + "\nnamespace World { public partial struct OtherHandlers; }");
        GeneratorDriver driver = Run.CreateDriver([Table(First), second]).RunGenerators(compilation);

        driver = driver.RemoveAdditionalTexts([second]).RunGenerators(compilation);

        GeneratorRunResult result = driver.GetRunResult().Results[0];
        Assert.All(result.GeneratedSources, source => Assert.StartsWith("Test.", source.HintName, StringComparison.Ordinal));
        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Removed], Reasons(result, Steps.EmitRows));
    }

    [Fact]
    public void ARenamedTableIsItsOwnAndNoDuplicate()
    {
        GeneratorRunResult result = Edit([Table(First)], 0, new TableText("/tables/test/renamed.ioctls", TestWorld.Table(First)));

        Assert.Empty(result.Diagnostics);
        Assert.All(result.GeneratedSources, source => Assert.Contains("From test/renamed.ioctls", source.SourceText.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void ACancelledRunThrowsNothingElseAndTheNextOneIsWhole()
    {
        CSharpCompilation compilation = Run.Compile(TestWorld.Source);
        GeneratorDriver driver = Run.CreateDriver([Table(First)]);

        Assert.Throws<OperationCanceledException>(() => driver.RunGenerators(compilation, new CancellationToken(canceled: true)));

        Assert.Equal(5, driver.RunGenerators(compilation).GetRunResult().Results[0].GeneratedSources.Length);
    }

    [Fact]
    public void NoStepHandsOnAnythingOfTheCompilation()
    {
        GeneratorRunResult result = Run.CreateDriver([Table(First + "\nVM_B 2 IOW vm_wrong LOCK_ONE B relaxed=NONE")])
            .RunGenerators(Run.Compile(TestWorld.Source)).GetRunResult().Results[0];

        string[] own = [.. typeof(Steps).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.Name)];
        Assert.All(own, step => Assert.True(result.TrackedSteps.ContainsKey(step), step));
        foreach (object value in own.SelectMany(step => result.TrackedSteps[step]).SelectMany(step => step.Outputs).Select(output => output.Value))
        {
            Walk(value, []);
        }
    }

    [Fact]
    public void AnOldCompilationIsCollected()
    {
        (GeneratorDriver driver, WeakReference old) = RunTwice();

        for (int attempt = 0; attempt < 10 && old.IsAlive; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(old.IsAlive);
        GC.KeepAlive(driver);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (GeneratorDriver Driver, WeakReference Old) RunTwice()
    {
        CSharpCompilation old = Run.Compile(TestWorld.Source);
        GeneratorDriver driver = Run.CreateDriver([Table(First)]).RunGenerators(old);
        driver = driver.RunGenerators(Run.Compile(TestWorld.Source + "\ninternal class Unrelated;"));
        return (driver, new WeakReference(old));
    }

    private static GeneratorRunResult Edit(TableText[] tables, int index, TableText replacement)
    {
        CSharpCompilation compilation = Run.Compile(TestWorld.Source + "\nnamespace World { public partial struct OtherHandlers; }");
        GeneratorDriver driver = Run.CreateDriver(tables).RunGenerators(compilation);
        return driver.ReplaceAdditionalText(tables[index], replacement).RunGenerators(compilation).GetRunResult().Results[0];
    }

    private static TableText Other() => new("/tables/other.ioctls", TestWorld.Table(First)
        .Replace("table       Test", "table       Other", StringComparison.Ordinal)
        .Replace("TestCommands", "OtherCommands", StringComparison.Ordinal)
        .Replace("TestHandlers", "OtherHandlers", StringComparison.Ordinal));

    private static TableText Table(string rows) => new(TestWorld.Path, TestWorld.Table(rows));

    private static CSharpParseOptions Options(CSharpCompilation compilation) => (CSharpParseOptions)compilation.SyntaxTrees[0].Options;

    private static IEnumerable<IncrementalStepRunReason> Reasons(GeneratorRunResult result, string step) =>
        result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason);

    private static IEnumerable<IncrementalStepRunReason> Outputs(GeneratorRunResult result) =>
        result.TrackedOutputSteps.Values.SelectMany(runs => runs).SelectMany(run => run.Outputs).Select(output => output.Reason);

    private static void Walk(object? value, HashSet<object> seen)
    {
        if (value is null || !seen.Add(value))
        {
            return;
        }

        Type type = value.GetType();
        Assert.False(type.Namespace?.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal), $"A step hands on a {type}.");
        if (type.IsPrimitive || type.IsEnum || value is string)
        {
            return;
        }

        if (value is IEnumerable items)
        {
            foreach (object? item in items)
            {
                Walk(item, seen);
            }

            return;
        }

        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            Walk(field.GetValue(value), seen);
        }
    }
}
