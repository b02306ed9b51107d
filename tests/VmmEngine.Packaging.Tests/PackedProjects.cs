using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Packaging.Tests;

/// <summary>
/// The projects, packed once for all tests into a feed in a temporary folder, as they were built: packing changes nothing in the working copy.
/// </summary>
public sealed class PackedProjects : IAsyncLifetime
{
    private static readonly string[] Projects =
    [
        "src/VmmEngine.Abi", "src/VmmEngine", "src/VmmEngine.Kvm", "src/VmmEngine.SoftX86", "src/VmmEngine.Machines",
        "generators/VmmEngine.Generators", "src/VmmEngine.Cli",
    ];

    /// <summary>A version that no cache has seen.</summary>
    public string Version { get; } = $"0.1.0-packed.{DateTime.UtcNow:yyyyMMddHHmmss}.{Environment.ProcessId}";

    /// <summary>The folder of everything that the tests write.</summary>
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("vmm-packed-").FullName;

    /// <summary>The folder of the packages.</summary>
    public string Feed => Path.Combine(Directory, "feed");

    /// <summary>
    /// What a project that uses the packages is built with. Its own package folder is empty, so that nothing of ours is in it yet; what others have made comes from
    /// where building the repository has put it, and not over the network again.
    /// </summary>
    public string[] BuildProperties =>
        [$"-p:VmmEngineVersion={Version}", "-p:RestorePackagesPath=packages", $"-p:RestoreFallbackFolders={GlobalPackages}"];

    /// <summary>The path of one package.</summary>
    public string Package(string id) => Path.Combine(Feed, $"{id}.{Version}.nupkg");

    private static string GlobalPackages =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        foreach (string project in Projects)
        {
            await DotnetCommand.RunAsync(
                Repository.Root,
                "pack", project, "--no-build", "-c", Repository.Configuration, "-o", Feed, $"-p:PackageVersion={Version}",
                $"-p:NuspecOutputPath={Path.Combine(Directory, "nuspec")}/");
        }
    }

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        System.IO.Directory.Delete(Directory, recursive: true);
        return Task.CompletedTask;
    }
}

/// <summary>Shares the packages between the classes of tests.</summary>
[CollectionDefinition(Name)]
public sealed class PackedProjectsCollection : ICollectionFixture<PackedProjects>
{
    public const string Name = "packed projects";
}
