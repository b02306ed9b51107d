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
        string directory = Directory.CreateDirectory(Path.Combine(packed.Directory, "embedder")).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "Embedder.csproj"), Project);
        await File.WriteAllTextAsync(Path.Combine(directory, "Program.cs"), ReadmePrograms.All[0]);
        File.Copy(Path.Combine(Repository.Root, "tests", "Consumer", "nuget.config"), Path.Combine(directory, "nuget.config"));
        Directory.CreateSymbolicLink(Path.Combine(directory, "feed"), packed.Feed);

        await DotnetCommand.RunAsync(
            directory, "build", "-c", "Release", "-o", "out", $"-p:VmmEngineVersion={packed.Version}", "-p:RestorePackagesPath=packages");
        CommandResult result = await DotnetCommand.TryRunAsync(directory, "dotnet", Path.Combine("out", "Embedder.dll"));

        Assert.Equal("Exited, status 42", result.Output.Trim());
        Assert.Equal(0, result.ExitCode);
    }
}
