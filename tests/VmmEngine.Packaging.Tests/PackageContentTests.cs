using System.IO.Compression;
using Xunit;

namespace VmmEngine.Packaging.Tests;

/// <summary>What lies in the packages.</summary>
[Collection(PackedProjectsCollection.Name)]
public sealed class PackageContentTests(PackedProjects packed)
{
    [Theory]
    [InlineData("VmmEngine")]
    [InlineData("VmmEngine.Abi")]
    [InlineData("VmmEngine.Kvm")]
    [InlineData("VmmEngine.SoftX86")]
    [InlineData("VmmEngine.Machines")]
    public void ALibraryComesForBothFrameworksWithItsDocumentation(string id)
    {
        string[] files = Files(id);

        Assert.Contains($"lib/net10.0/{id}.dll", files);
        Assert.Contains($"lib/net10.0/{id}.xml", files);
        Assert.Contains($"lib/net9.0/{id}.dll", files);
        Assert.Contains($"lib/net9.0/{id}.xml", files);
    }

    [Theory]
    [InlineData("VmmEngine")]
    [InlineData("VmmEngine.Abi")]
    [InlineData("VmmEngine.Kvm")]
    [InlineData("VmmEngine.SoftX86")]
    [InlineData("VmmEngine.Machines")]
    [InlineData("VmmEngine.Generators")]
    [InlineData("VmmEngine.Cli")]
    public void APackageSaysWhatItIsAndUnderWhichLicense(string id)
    {
        string manifest = Read(id, $"{id}.nuspec");

        Assert.Contains("README.md", Files(id));
        Assert.Contains("<readme>README.md</readme>", manifest, StringComparison.Ordinal);
        Assert.Contains("""<license type="expression">BSD-2-Clause</license>""", manifest, StringComparison.Ordinal);
        Assert.DoesNotContain("Package Description", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void TheEngineDependsOnItsArgumentStructsAndOnNothingElse()
    {
        string manifest = Read("VmmEngine", "VmmEngine.nuspec");

        Assert.Contains($"""<dependency id="VmmEngine.Abi" version="{packed.Version}" """, manifest, StringComparison.Ordinal);
        Assert.Equal(2, manifest.Split("<dependency ").Length - 1);
    }

    [Fact]
    public void TheGeneratorIsAnAnalyzerThatBringsNothingAlong()
    {
        string[] files = Files("VmmEngine.Generators");
        string manifest = Read("VmmEngine.Generators", "VmmEngine.Generators.nuspec");

        Assert.Contains("analyzers/dotnet/cs/VmmEngine.Generators.dll", files);
        Assert.Contains("buildTransitive/VmmEngine.Generators.targets", files);
        Assert.Single(files, file => file.EndsWith(".dll", StringComparison.Ordinal));
        Assert.Contains("<developmentDependency>true</developmentDependency>", manifest, StringComparison.Ordinal);
        Assert.DoesNotContain("<dependency ", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void TheToolBringsNeitherACompilerNorABenchmarkFramework()
    {
        string[] files = Files("VmmEngine.Cli");

        Assert.Contains("tools/net10.0/any/vmm.dll", files);
        Assert.Contains("tools/net10.0/any/VmmEngine.dll", files);
        Assert.Contains("tools/net10.0/any/VmmEngine.Exploration.dll", files);
        Assert.DoesNotContain(files, file => file.Contains("CodeAnalysis", StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => file.Contains("BenchmarkDotNet", StringComparison.Ordinal));
    }

    private string[] Files(string id)
    {
        using ZipArchive archive = ZipFile.OpenRead(packed.Package(id));
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    private string Read(string id, string file)
    {
        using ZipArchive archive = ZipFile.OpenRead(packed.Package(id));
        using StreamReader reader = new(archive.GetEntry(file)!.Open());
        return reader.ReadToEnd();
    }
}
