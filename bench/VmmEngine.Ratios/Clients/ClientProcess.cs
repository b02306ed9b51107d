using System.Diagnostics;
using System.Globalization;

namespace VmmEngine.Ratios.Clients;

/// <summary>A C program that uses the library and says how long it took (native/client.c).</summary>
internal sealed class ClientProcess : IDisposable
{
    private readonly Process _process;

    private ClientProcess(Process process) => _process = process;

    /// <summary>Starts a client with a guest of its own.</summary>
    /// <param name="installation">The library.</param>
    /// <param name="throughShim">Through the preload shim; else linked.</param>
    /// <param name="backend">What executes its guest, as the library's option says it.</param>
    public static ClientProcess Start(NativeInstallation installation, bool throughShim, string backend)
    {
        string program = installation.CompileClient(throughShim);
        return new ClientProcess(throughShim ? Run(installation.Wrapper, [program], backend) : Run(program, [], backend));
    }

    /// <summary>How long a process takes that has not used the library yet to load it and to open a device.</summary>
    /// <returns>Nanoseconds.</returns>
    public static double Load(string program, NativeInstallation installation)
    {
        using ClientProcess client = new(Run(program, [installation.Library], "software"));
        return client.ReadTime();
    }

    /// <summary>Has something done.</summary>
    /// <param name="work">One of the client's works.</param>
    /// <param name="count">How often.</param>
    /// <returns>Nanoseconds of the client's processor time for one.</returns>
    public double Time(string work, int count)
    {
        _process.StandardInput.WriteLine($"{work} {count}");
        return ReadTime() / count;
    }

    /// <summary>Ends the client.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Process Run(string program, string[] arguments, string backend)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["VMMENGINE_BACKEND"] = backend;
        Process process = Process.Start(start)!;
        process.StandardInput.AutoFlush = true;
        return process;
    }

    private double ReadTime() =>
        _process.StandardOutput.ReadLine() is { } line
            ? long.Parse(line, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException("The C client has ended; the error stream says why.");
}
