using System.Diagnostics;
using VmmEngine.Ratios.Native;

namespace VmmEngine.Ratios.Clients;

/// <summary>The C library as it is installed, published from this repository for the benchmarks, or found where VMMENGINE_PREFIX says.</summary>
internal sealed class NativeInstallation
{
    private const string PrefixVariable = "VMMENGINE_PREFIX";
    private static readonly Lock s_publishing = new();
    private static (NativeInstallation? Installation, string? Missing)? s_published;

    private readonly string _prefix;

    private NativeInstallation(string prefix) => _prefix = prefix;

    /// <summary>The library.</summary>
    public string Library => Path.Combine(_prefix, "lib", "libvmmengine.so");

    /// <summary>The command that runs a program with the preload shim.</summary>
    public string Wrapper => Path.Combine(_prefix, "bin", "vmmrun");

    /// <summary>Publishes the library unless this process has done so.</summary>
    /// <param name="missing">Why there is none, in one line for people; null if there is one.</param>
    public static NativeInstallation? TryGet(out string? missing)
    {
        lock (s_publishing)
        {
            s_published ??= Find();
            missing = s_published.Value.Missing;
            return s_published.Value.Installation;
        }
    }

    /// <summary>Compiles the benchmarks' client.</summary>
    /// <param name="throughShim">For the preload shim; else linked with the library.</param>
    /// <returns>The program.</returns>
    /// <exception cref="BaselineException">It does not compile.</exception>
    public string CompileClient(bool throughShim)
    {
        string directory = Directory.CreateDirectory(Path.Combine(_prefix, "bench")).FullName;
        string source = Path.Combine(directory, "client.c");
        string program = Path.Combine(directory, throughShim ? "client-shim" : "client");
        File.WriteAllBytes(source, BaselineLibraries.ReadSource("client.c"));
        string lib = Path.Combine(_prefix, "lib");
        string[] how = throughShim ? ["-DSHIM"] : [$"-L{lib}", $"-Wl,-rpath,{lib}", "-lvmmengine"];
        CCompiler.Find()!.CompileProgram(source, program, [$"-I{Path.Combine(_prefix, "include")}", .. how]);
        return program;
    }

    private static (NativeInstallation?, string?) Find()
    {
        if (CCompiler.Find() is null)
        {
            return (null, "no C compiler: no gcc, cc or clang on the PATH");
        }

        if (Environment.GetEnvironmentVariable(PrefixVariable) is { Length: > 0 } prefix)
        {
            return (new NativeInstallation(prefix), null);
        }

        if (FindProject() is not { } project)
        {
            return (null, $"not inside the repository, from which the C library is published: set {PrefixVariable} to where it is installed");
        }

        string? said = Publish(project);
        return said is null ? (new NativeInstallation(Path.Combine(project, "bin", "Release", "prefix")), null) : (null, $"the C library cannot be published: {said}");
    }

    private static string? FindProject()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            string project = Path.Combine(directory.FullName, "src", "VmmEngine.Native");
            if (File.Exists(Path.Combine(project, "VmmEngine.Native.csproj")))
            {
                return project;
            }
        }

        return null;
    }

    // Tests may be publishing at the same time: flock has one wait for the other. Servers that the build would leave behind would keep lock and output open.
    private static string? Publish(string project)
    {
        string[] publish = ["dotnet", "publish", project, "-c", "Release", "-v", "q", "--nologo"];
        string[] command = SearchPath.Find("flock") is { } flock ? [flock, "-o", Path.Combine(project, "obj", "publish.lock"), .. publish] : publish;
        Directory.CreateDirectory(Path.Combine(project, "obj"));
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        using Process process = Process.Start(start)!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null
            : said.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal))?.Trim() ?? $"dotnet publish ended with status {process.ExitCode}";
    }
}
