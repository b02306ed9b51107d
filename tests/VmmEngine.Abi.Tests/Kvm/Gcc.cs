using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace VmmEngine.Abi.Tests.Kvm;

/// <summary>The machine's C compiler, for asking its own kernel header.</summary>
internal static class Gcc
{
    /// <summary>Linux 6.1, as linux/version.h writes it.</summary>
    private const int OldestVersion = (6 << 16) + (1 << 8);

    /// <summary>Why the header cannot be asked here, or null.</summary>
    public static string? Missing { get; } = Probe();

    /// <summary>Compiles and runs a program; answers what it printed.</summary>
    public static string Run(string program)
    {
        string directory = Directory.CreateTempSubdirectory("vmm-abi-").FullName;
        try
        {
            string source = Path.Combine(directory, "program.c");
            string executable = Path.Combine(directory, "program");
            File.WriteAllText(source, program);

            (int code, string output) = Execute("gcc", ["-Wall", "-Werror", "-o", executable, source]);
            Assert.True(code == 0, output);

            (code, output) = Execute(executable, []);
            Assert.True(code == 0, output);
            return output;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string? Probe()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "KVM's header exists on Linux only";
        }

        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return "the structs are those of x86-64";
        }

        try
        {
            _ = Execute("gcc", ["--version"]);
        }
        catch (Win32Exception)
        {
            return "no gcc on this machine";
        }

        if (!File.Exists("/usr/include/linux/kvm.h"))
        {
            return "no linux/kvm.h on this machine";
        }

        return HeaderVersion() < OldestVersion ? "linux/kvm.h is older than Linux 6.1, and lacks some of the names" : null;
    }

    /// <summary>Of the headers, not of the running kernel.</summary>
    private static int HeaderVersion()
    {
        const string define = "#define LINUX_VERSION_CODE ";
        string line = File.ReadLines("/usr/include/linux/version.h").Single(line => line.StartsWith(define, StringComparison.Ordinal));
        return int.Parse(line[define.Length..], CultureInfo.InvariantCulture);
    }

    private static (int Code, string Output) Execute(string file, string[] arguments)
    {
        ProcessStartInfo start = new(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }
}

/// <summary>A test that asks the machine's C compiler; without one a skip that says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GccFactAttribute : FactAttribute
{
    public GccFactAttribute() => Skip = Gcc.Missing;
}
