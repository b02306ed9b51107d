using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using VmmEngine.Generators.Tests.Infrastructure;

namespace VmmEngine.Generators.Tests;

/// <summary>Somebody's own table in somebody's own project: correct code or a diagnostic of the generator, never an error inside what it wrote.</summary>
public class ForeignProjectTests
{
    private const string OneRow = "VM_A 1 IOWR vm_register SLOCK_MEMSEGS|LOCK_ONE_VCPU A not-yet";

    [Theory]
    [InlineData("\r\n", true)]
    [InlineData("\n", false)]
    [InlineData("\r\n", false)]
    public void LineEndsTabsAndTheLastLineDoNotMatter(string lineEnd, bool ended)
    {
        string table = TestWorld.Table(OneRow + " # ünïcödé " + new string('x', 100_000)).Replace("       ", "\t", StringComparison.Ordinal);
        Clean(Run.Of((ended ? table : table.TrimEnd()).ReplaceLineEndings(lineEnd)));
    }

    [Fact]
    public void AByteOrderMarkIsNotPartOfTheFirstWord()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, TestWorld.Table(OneRow), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        using FileStream file = File.OpenRead(path);
        Clean(Run.Of(Microsoft.CodeAnalysis.Text.SourceText.From(file).ToString()));
        File.Delete(path);
    }

    [Theory]
    [InlineData("VM_A - - - LOCK_ALL_VCPUS A not-yet")]
    [InlineData("")]
    [InlineData("VM_A 1 IOWINT int LOCK_ONE_VCPU A not-yet\nVM_B 2 IOW int MAYBE_ALLOC_VCPU B not-yet")]
    public void SmallTablesCompile(string rows) => Clean(Run.Of(TestWorld.Table(rows)));

    [Fact]
    public void AFullTableCompiles() =>
        Clean(Run.Of(TestWorld.Table([.. Enumerable.Range(1, 255).Select(number => $"VM_{number} {number} IOW vm_register LOCK_ONE_VCPU H{number} not-yet")])));

    [Fact]
    public void ATableNamedTwiceByTheProjectIsOneTable()
    {
        TableText table = new(TestWorld.Path, TestWorld.Table(OneRow));
        Clean(Run.OfAll([table, new TableText(TestWorld.Path, TestWorld.Table(OneRow))], TestWorld.Source));
    }

    [Fact]
    public void ClassesThatDifferInThePluralOnlyCollide()
    {
        string second = TestWorld.Table(OneRow)
            .Replace("table       Test", "table       Other", StringComparison.Ordinal)
            .Replace("TestCommands", "TestCommand", StringComparison.Ordinal)
            .Replace("TestHandlers", "OtherHandlers", StringComparison.Ordinal);
        Run run = Run.OfAll(
            [new TableText("/a/a.ioctls", TestWorld.Table(OneRow)), new TableText("/a/b.ioctls", second)],
            TestWorld.Source + "namespace World { public partial struct OtherHandlers; }");

        Assert.Equal("VMM015", Assert.Single(run.Diagnostics).Id);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Fact]
    public void OneClassNameInTwoNamespacesCompiles()
    {
        string second = TestWorld.Table(OneRow)
            .Replace("table       Test", "table       Other", StringComparison.Ordinal)
            .Replace("namespace   World", "namespace   Elsewhere", StringComparison.Ordinal);
        Clean(Run.OfAll(
            [new TableText("/a/a.ioctls", TestWorld.Table(OneRow)), new TableText("/a/b.ioctls", second)],
            TestWorld.Source + "namespace Elsewhere { public partial struct TestHandlers; }"));
    }

    [Theory]
    [InlineData("public readonly unsafe struct TestCall", "internal readonly unsafe struct TestCall")]
    [InlineData("public readonly unsafe struct TestCall", "public sealed unsafe class TestCall")]
    [InlineData("public readonly unsafe struct TestCall", "public readonly unsafe ref struct TestCall")]
    [InlineData("public struct vm_register", "internal struct vm_register")]
    [InlineData("public static class Errno", "internal static class Errno")]
    public void OtherKindsOfTypesCompile(string declaration, string other)
    {
        Assert.Contains(declaration, TestWorld.Source, StringComparison.Ordinal);
        Clean(Run.Of(TestWorld.Table(OneRow), TestWorld.Source.Replace(declaration, other, StringComparison.Ordinal)));
    }

    [Fact]
    public void AnEmptyStructIsOneByte()
    {
        Run run = Run.Of(TestWorld.Table("VM_A 1 IOW vm_empty - A not-yet"), TestWorld.Source + "namespace World.Arguments { public struct vm_empty; }");

        Clean(run);
        Assert.Contains("VM_A = 0x80017601", run.File("Test.Words.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void ErrorsOfOneNamespaceAndArgumentsOfAnotherWithErrorsOfItsOwn() => Clean(Run.Of(
        TestWorld.Table(OneRow).Replace("World.Errno", "Elsewhere.Errno", StringComparison.Ordinal).Replace("namespace   World", "namespace   Apart", StringComparison.Ordinal),
        TestWorld.Source + """
            namespace Apart { public partial struct TestHandlers; }
            namespace Elsewhere { public static class Errno { public const int ENOTTY = 1, EFAULT = 2, ENOSYS = 3, EINVAL = 4; } }
            namespace World.Arguments { public static class Errno; }
            """));

    [Fact]
    public void AnArgumentNamedAsATypeOfTheEngineIsTheArgument() => Clean(Run.Of(
        TestWorld.Table("VM_A 1 IOW VmLocks - A not-yet").Replace("namespace   World", "namespace   Apart", StringComparison.Ordinal),
        TestWorld.Source + "namespace Apart { public partial struct TestHandlers; } namespace World.Arguments { public struct VmLocks { public int id; } }"));

    [Fact]
    public void ANameHiddenInTheNamespaceIsReportedAtTheNamespace()
    {
        Run run = Run.Of(TestWorld.Table(OneRow), TestWorld.Source + "namespace World { public struct Vcpu; }");

        Reported(run, "VMM042", "In this namespace 'Vcpu' means 'World.Vcpu' and not 'VmmEngine.Locks.Vcpu', which generated code needs; use another namespace or another name");
    }

    [Theory]
    [InlineData("public ref VmLocks Locks => ref *locks;", "public VmLocks Locks => *locks;", "SLOCK_MEMSEGS needs 'Locks.MemoryMap', which 'TestCall' does not offer")]
    [InlineData("public ref CallerLine Line", "private ref CallerLine Line", "SLOCK_MEMSEGS needs 'Line.MemoryMap', which 'TestCall' does not offer")]
    public void AMemberOfAnotherShapeIsReported(string member, string other, string message)
    {
        string call = TestWorld.Source[TestWorld.Source.IndexOf("struct TestCall", StringComparison.Ordinal)..];
        string world = TestWorld.Source[..^call.Length] + call.Replace(member, other, StringComparison.Ordinal);
        Run run = Run.Of(TestWorld.Table("VM_A 1 IO - SLOCK_MEMSEGS A not-yet"), world);

        Assert.Contains(run.Diagnostics, diagnostic => diagnostic.Id == "VMM037" && diagnostic.GetMessage(null) == message);
        Assert.Empty(run.CompilerDiagnostics);
    }

    [Fact]
    public void AProjectWithoutUnsafeCodeIsToldSo()
    {
        CSharpCompilation compilation = Run.Compile("public class Safe;");
        Run run = Run.Of(TestWorld.Table(), compilation.WithOptions(compilation.Options.WithAllowUnsafe(false)));

        Assert.Contains(run.Diagnostics, diagnostic => diagnostic.Id == "VMM041" && diagnostic.GetMessage(null).Contains("AllowUnsafeBlocks", StringComparison.Ordinal));
        Assert.Empty(run.HintNames);
    }

    [Fact]
    public void AProjectWithoutTheEngineIsToldSo()
    {
        CSharpCompilation compilation = Run.Compile("public class Bare;");
        compilation = compilation.WithReferences(compilation.References.Where(reference => reference.Display?.Contains("VmmEngine", StringComparison.Ordinal) == false));
        Run run = Run.Of(TestWorld.Table(), compilation);

        Assert.Contains(run.Diagnostics, diagnostic => diagnostic.Id == "VMM041" && diagnostic.GetMessage(null).Contains("reference to VmmEngine", StringComparison.Ordinal));
        Assert.Empty(run.HintNames);
    }

    private static void Clean(Run run)
    {
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.CompilerDiagnostics);
        Assert.NotEmpty(run.HintNames);
    }

    private static void Reported(Run run, string id, string message)
    {
        Diagnostic diagnostic = Assert.Single(run.Diagnostics);
        Assert.Equal((id, message), (diagnostic.Id, diagnostic.GetMessage(null)));
        Assert.Empty(run.CompilerDiagnostics);
    }
}
