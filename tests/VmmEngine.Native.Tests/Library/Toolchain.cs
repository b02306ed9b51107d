using System.Runtime.InteropServices;

namespace VmmEngine.Native.Tests.Library;

/// <summary>The C compiler that links the library and compiles its clients.</summary>
internal static class Toolchain
{
    public const string Compiler = "gcc";

    /// <summary>Why there are no C clients here; null if there are.</summary>
    public static string? Missing { get; } =
        !OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64 ? "The library is one of Linux on x86-64."
        : !Exists(Compiler) ? "There is no gcc on the search path: install Debian's packages gcc and libc6-dev."
        : !File.Exists("/usr/include/stdio.h") ? "There are no headers of the C library: install Debian's package libc6-dev."
        : null;

    /// <summary>Why a program that Debian has a package of the same name for cannot be used; null if it can.</summary>
    public static string? MissingProgram(string program) =>
        Exists(program) ? null : $"There is no {program} on the search path: install Debian's package {program}.";

    /// <summary>Whether a program is on the search path.</summary>
    public static bool Exists(string program)
    {
        string[] folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        return folders.Any(folder => File.Exists(Path.Combine(folder, program)));
    }
}
