using VmmEngine.Native.Tests.Library;
using VmmEngine.Native.Tests.Programs;
using VmmEngine.Tests.Shared;

namespace VmmEngine.Native.Tests;

/// <summary>The README's C program, compiled and run by the README's command in an empty folder, as somebody new would.</summary>
[Collection(InstalledLibraryCollection.Name)]
public sealed class ReadmeTests(InstalledLibrary library)
{
    private const string Source = "example.c";

    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryRoot.Folder, "README.md"));

    [PkgConfigFact]
    public async Task TheReadmesProgramPrintsWhatTheReadmeSays()
    {
        string folder = Directory.CreateTempSubdirectory("vmm-readme-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, Source), Block("c", containing: "#include <vmmengine.h>"));
        string path = Path.Combine(library.Prefix, "lib", "pkgconfig");

        CommandResult result = await DotnetCommand.TryRunAsync(
            folder, "sh", "-c", $"export PKG_CONFIG_PATH={path}; {Block("sh", containing: $"cc {Source}")}");
        Directory.Delete(folder, recursive: true);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"It prints `{result.Output.Trim()}`", Page, StringComparison.Ordinal);
    }

    /// <summary>The one block of a language that holds a text.</summary>
    private static string Block(string language, string containing) => Page.Split($"```{language}\n").Skip(1)
        .Select(block => block[..block.IndexOf("\n```", StringComparison.Ordinal)])
        .Single(block => block.Contains(containing, StringComparison.Ordinal));
}
