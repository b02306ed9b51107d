using System.ComponentModel;
using System.Diagnostics;

namespace VmmEngine.Ratios.Native;

/// <summary>The C compiler of this machine, if it has one.</summary>
internal sealed class CCompiler
{
    // Without the alignment flags the same C function moves by 10 to 15 % after an unrelated change.
    private static readonly string[] Flags = ["-O2", "-falign-functions=64", "-falign-loops=32", "-falign-jumps=16"];
    private static readonly string[] LibraryFlags = [.. Flags, "-fPIC", "-shared"];

    private readonly string _path;

    private CCompiler(string path) => _path = path;

    /// <summary>Everything that decides what comes out, for a cache key.</summary>
    public string Identity => $"{_path} {File.GetLastWriteTimeUtc(_path).Ticks} {string.Join(' ', LibraryFlags)}";

    /// <summary>The first of gcc, cc and clang on the search path; null if there is none.</summary>
    public static CCompiler? Find()
    {
        return ((string[])["gcc", "cc", "clang"]).Select(SearchPath.Find).FirstOrDefault(path => path is not null) is { } found ? new CCompiler(found) : null;
    }

    /// <summary>Compiles one source file into a shared library.</summary>
    /// <exception cref="BaselineException">The compiler does not start, or it does not compile; the message holds what the compiler said.</exception>
    public void Compile(string source, string output) => Run([.. LibraryFlags, source, "-o", output]);

    /// <summary>Compiles one source file into a program.</summary>
    /// <exception cref="BaselineException">As <see cref="Compile"/>.</exception>
    public void CompileProgram(string source, string output, string[] libraries) => Run([.. Flags, source, "-o", output, .. libraries]);

    private void Run(string[] arguments)
    {
        ProcessStartInfo start = new(_path, arguments) { RedirectStandardError = true, UseShellExecute = false };
        using Process process = Start(start);
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new BaselineException($"{_path} cannot compile: {said}");
        }
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new BaselineException($"{_path} does not start ({new Win32Exception(error.NativeErrorCode).Message})");
        }
    }
}
