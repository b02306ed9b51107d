using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Packaging.Tests;

/// <summary>The README's first program in somebody else's project, which names the package of the C# API and nothing else.</summary>
[Collection(PackedProjectsCollection.Name)]
public sealed class EmbeddingTests(PackedProjects packed)
{
    private const string Project =
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="VmmEngine.Machines" Version="$(VmmEngineVersion)" />
            <Using Include="VmmEngine.Machines;VmmEngine.Memory" />
          </ItemGroup>
        </Project>
        """;

    [Fact]
    public async Task TheReadmesProgramBuildsAndRunsAGuest()
    {
        string directory = await WriteProjectAsync("embedder", Project);
        await DotnetCommand.RunAsync(directory, ["build", "-c", "Release", "-o", "out", .. packed.BuildProperties]);

        AssertRan(await DotnetCommand.TryRunAsync(directory, "dotnet", Path.Combine("out", "Embedder.dll")));
    }

    /// <summary>For .NET 9, whose native compiler comes in one package; .NET 10's asks for a second one that not every package source has.</summary>
    [NativeLinkerFact]
    public async Task CompiledAheadOfTimeItRunsWithoutDotnetAndWithoutAWarning()
    {
        string directory = await WriteProjectAsync(
            "native-embedder",
            Project.Replace("<TargetFramework>net10.0</TargetFramework>", "<TargetFramework>net9.0</TargetFramework><PublishAot>true</PublishAot>", StringComparison.Ordinal));
        string output = await DotnetCommand.RunAsync(
            directory, ["publish", "-c", "Release", "-r", "linux-x64", "-o", "out", .. packed.BuildProperties]);

        Assert.DoesNotContain("warning", output, StringComparison.Ordinal);
        AssertRan(await DotnetCommand.TryRunAsync(directory, Path.Combine(directory, "out", "Embedder")));
    }

    private static void AssertRan(CommandResult result)
    {
        Assert.Equal("Exited, status 42", result.Output.Trim());
        Assert.Equal(0, result.ExitCode);
    }

    private async Task<string> WriteProjectAsync(string name, string project)
    {
        string directory = Directory.CreateDirectory(Path.Combine(packed.Directory, name)).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "Embedder.csproj"), project);
        await File.WriteAllTextAsync(Path.Combine(directory, "Program.cs"), ReadmePrograms.All[0]);
        File.Copy(Path.Combine(Repository.Root, "tests", "Consumer", "nuget.config"), Path.Combine(directory, "nuget.config"));
        Directory.CreateSymbolicLink(Path.Combine(directory, "feed"), packed.Feed);
        return directory;
    }
}
