using VmmEngine.Tests.Shared;

namespace VmmEngine.Native.Tests.Library;

/// <summary>
/// The library, installed once for all tests by the documented command, and the C clients that have been compiled against it. A run takes
/// a library that is installed already where VMM_TEST_PREFIX names its prefix.
/// </summary>
public sealed class InstalledLibrary : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("vmm-native-");

    /// <summary>The folder above <c>lib</c>, <c>include</c> and <c>bin</c>.</summary>
    internal string Prefix { get; private set; } = "";

    /// <summary>The compiled clients.</summary>
    internal ClientCompiler Clients { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Prefix = Environment.GetEnvironmentVariable("VMM_TEST_PREFIX") ?? "";
        if (Prefix.Length == 0 && Toolchain.Missing is null)
        {
            Prefix = Path.Combine(_directory.FullName, "prefix");
            await InstallAsync();
        }

        Clients = new ClientCompiler(Prefix, _directory.CreateSubdirectory("clients").FullName);
    }

    // Benchmarks may be publishing at the same time: flock has one wait for the other, and lets go even if the build leaves a server behind.
    private async Task InstallAsync()
    {
        string project = Path.Combine(RepositoryRoot.Folder, "src", "VmmEngine.Native");
        Directory.CreateDirectory(Path.Combine(project, "obj"));
        string[] publish = ["dotnet", "publish", project, "-c", "Release", $"-p:VmmPrefix={Prefix}"];
        string[] command = Toolchain.Exists("flock") ? ["flock", "-o", Path.Combine(project, "obj", "publish.lock"), .. publish] : publish;
        CommandResult result = await DotnetCommand.TryRunAsync(RepositoryRoot.Folder, command[0], command[1..]);
        Assert.True(result.ExitCode == 0, result.Output);
    }

    /// <inheritdoc/>
    public Task DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return Task.CompletedTask;
    }
}

/// <summary>Shares the installed library between the classes of tests, which run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class InstalledLibraryCollection : ICollectionFixture<InstalledLibrary>
{
    public const string Name = "installed library";
}
