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
            await DotnetCommand.RunAsync(RepositoryRoot.Folder, "publish", "src/VmmEngine.Native", "-c", "Release", $"-p:VmmPrefix={Prefix}");
        }

        Clients = new ClientCompiler(Prefix, _directory.CreateSubdirectory("clients").FullName);
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
