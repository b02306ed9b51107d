using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace VmmEngine.Ratios.Native;

/// <summary>Builds the C baselines, which travel inside this assembly as source, and loads them. They stay loaded.</summary>
internal static class BaselineLibraries
{
    private static readonly string[] Sources = ["commands.h", "handlers.h", "upstream.c", "best.c", "loop.c"];

    /// <summary>Builds one baseline unless this compiler has built this source before, and loads it.</summary>
    /// <param name="name">"upstream", "best" or "loop".</param>
    /// <param name="compiler">The compiler to build with.</param>
    /// <param name="cache">Where to keep the library; null for the user's cache directory.</param>
    public static nint Load(string name, CCompiler compiler, string? cache)
    {
        Dictionary<string, byte[]> sources = Sources.ToDictionary(source => source, ReadSource);
        try
        {
            return Load(name, compiler, sources, Path.Combine(cache ?? DefaultCache, Key(sources, compiler)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Nothing can be kept there. A loaded library needs its file no longer.
            DirectoryInfo passing = CreatePassing(cache ?? DefaultCache);
            try
            {
                return Load(name, compiler, sources, passing.FullName);
            }
            finally
            {
                passing.Delete(recursive: true);
            }
        }
    }

    /// <summary>Builds a program unless it has been built before.</summary>
    /// <param name="name">Of the source.</param>
    /// <param name="libraries">For the compiler's command line.</param>
    /// <param name="cache">Where to keep it; null for the user's cache directory.</param>
    /// <param name="missing">Why there is none, in one line for people.</param>
    /// <returns>Its path; null on a machine that cannot build it.</returns>
    public static string? TryBuildProgram(string name, string[] libraries, string? cache, out string? missing)
    {
        if (CCompiler.Find() is not { } compiler)
        {
            missing = "no baseline: no gcc, cc or clang on the PATH";
            return null;
        }

        Dictionary<string, byte[]> source = new() { [name + ".c"] = ReadSource(name + ".c") };
        string directory = Path.Combine(cache ?? DefaultCache, Key(source, compiler));
        string program = Path.Combine(directory, name);
        try
        {
            if (!File.Exists(program))
            {
                Directory.CreateDirectory(directory);
                File.WriteAllBytes(program + ".c", source[name + ".c"]);
                string temporary = $"{program}.{Environment.ProcessId}";
                compiler.CompileProgram(program + ".c", temporary, libraries);
                File.Move(temporary, program, overwrite: true);
            }

            missing = null;
            return program;
        }
        catch (Exception error) when (error is BaselineException or IOException or UnauthorizedAccessException)
        {
            missing = $"no baseline: {error.Message.Split('\n')[0].TrimEnd()} (Debian: libunicorn-dev)";
            return null;
        }
    }

    /// <summary>A C source that this assembly carries.</summary>
    public static byte[] ReadSource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("native/" + name)
            ?? throw new InvalidOperationException($"The assembly does not hold {name}.");
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static DirectoryInfo CreatePassing(string cache)
    {
        try
        {
            return Directory.CreateTempSubdirectory("vmmengine-bench-");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BaselineException($"neither {cache} nor {Path.GetTempPath()} can be written; set XDG_CACHE_HOME or TMPDIR to a directory that can");
        }
    }

    private static nint Load(string name, CCompiler compiler, Dictionary<string, byte[]> sources, string directory)
    {
        string library = Path.Combine(directory, name + ".so");
        if (!File.Exists(library))
        {
            Directory.CreateDirectory(directory);
            foreach ((string source, byte[] text) in sources)
            {
                File.WriteAllBytes(Path.Combine(directory, source), text);
            }

            // Built under a name of its own and then renamed: another process may be doing the same.
            string temporary = $"{library}.{Environment.ProcessId}";
            compiler.Compile(Path.Combine(directory, name + ".c"), temporary);
            File.Move(temporary, library, overwrite: true);
        }

        return NativeLibrary.Load(library);
    }

    private static string DefaultCache =>
        Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
                ? cache
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".cache"),
            "vmmengine-bench");

    private static string Key(Dictionary<string, byte[]> sources, CCompiler compiler)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(compiler.Identity));
        foreach (byte[] text in sources.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value))
        {
            hash.AppendData(text);
        }

        return Convert.ToHexString(hash.GetHashAndReset())[..16];
    }
}
