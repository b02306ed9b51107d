using VmmEngine.Native.Tests.Library;
using VmmEngine.Native.Tests.Programs;
using VmmEngine.Tests.Shared;

namespace VmmEngine.Native.Tests.Layouts;

/// <summary>The installed headers and library, as a C or C++ program of anybody's meets them.</summary>
[Collection(InstalledLibraryCollection.Name)]
public sealed class HeaderTests(InstalledLibrary library)
{
    private static readonly string[] Warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"];

    /// <summary>The kind of symbol that a version's name is.</summary>
    private const string VersionNode = "A";

    private static readonly string[] Functions =
    [
        "vmm_open", "vmm_ioctl", "vmm_close", "vmm_interrupt", "vmm_version", "vmm_set", "vmm_set_log", "vmm_linux_errno",
    ];

    [ClientFact]
    public async Task EveryHeaderIsStandardCByItself()
    {
        foreach (string header in Headers())
        {
            await CompileAsync(Toolchain.Compiler, header, "c", "-std=c11");
            await CompileAsync(Toolchain.Compiler, header, "c", "-std=c11", "-DVMM_OPENBSD_NEWER");
        }
    }

    [CppFact]
    public async Task EveryHeaderIsCppToo()
    {
        foreach (string header in Headers())
        {
            await CompileAsync(CppFactAttribute.Compiler, header, "c++", "-std=c++17", "-Wno-pedantic");
        }
    }

    [ClientFact]
    public async Task TheLibraryShowsItsFunctionsAndNothingElse()
    {
        CommandResult result = await DotnetCommand.TryRunAsync(
            library.Prefix, "nm", "-D", "--defined-only", "--format=posix", Path.Combine(library.Prefix, "lib", "libvmmengine.so"));
        IEnumerable<string[]> symbols = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '));
        string[] exported = [.. symbols.Where(symbol => symbol[1] != VersionNode).Select(symbol => symbol[0].Split('@')[0])];

        Assert.Empty(Functions.Except(exported));
        Assert.All(exported, name => Assert.StartsWith("vmm_", name, StringComparison.Ordinal));
    }

    private IEnumerable<string> Headers()
    {
        string folder = Path.Combine(library.Prefix, "include");
        return Directory.EnumerateFiles(folder, "*.h", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path));
    }

    private async Task CompileAsync(string compiler, string header, string language, params string[] options)
    {
        string source = Path.Combine(Directory.CreateTempSubdirectory("vmm-header-").FullName, "program");
        await File.WriteAllTextAsync(source, $"#include <{header}>\nint main(void) {{ return 0; }}\n");
        CommandResult result = await DotnetCommand.TryRunAsync(
            library.Prefix, compiler, [.. Warnings, .. options, "-x", language, $"-I{library.Prefix}/include", source]);
        Directory.Delete(Path.GetDirectoryName(source)!, recursive: true);

        Assert.True(result.ExitCode == 0, result.Output);
    }
}
