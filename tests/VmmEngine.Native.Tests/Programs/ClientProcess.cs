using System.Diagnostics;
using System.Text;
using VmmEngine.Native.Tests.Library;

namespace VmmEngine.Native.Tests.Programs;

/// <summary>A client that runs: everything it says, and how it ends.</summary>
internal sealed class ClientProcess : IDisposable
{
    /// <summary>Far beyond what any client takes: it ends a test that hangs, and decides over nothing else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>In the environment of the client and of all that it starts, so that what it leaves behind can be found.</summary>
    public const string MarkVariable = "VMM_CLIENT_MARK";

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task _errors;

    private ClientProcess(ProcessStartInfo start)
    {
        Mark = Guid.NewGuid().ToString("N");
        start.Environment[MarkVariable] = Mark;
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync().ContinueWith(text => Append(text.Result), TaskScheduler.Default);
    }

    public string Mark { get; }

    public int Id => _process.Id;

    /// <summary>Starts a client: under the wrapper if the shim is to serve it.</summary>
    public static async Task<ClientProcess> StartAsync(
        InstalledLibrary library, string client, Access access, Backend backend, bool isSanitized, params string[] arguments)
    {
        string program = await library.Clients.GetAsync(client, access, isSanitized);
        string[] wrapper = access == Access.Shim ? [Path.Combine(library.Prefix, "bin", "vmmrun")] : [];
        string[] command = [.. wrapper, program, .. arguments];
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["VMMENGINE_BACKEND"] = backend == Backend.Kvm ? "kvm" : "software";
        start.Environment["VMMENGINE_MAX_VMS"] = "40";
        start.Environment["VMMENGINE_MAX_VCPUS"] = "2";

        // The shim stands before the sanitizer's library, or its ioctl would be judged by Linux's encoding of command words. What the
        // runtime allocates hangs on its own heap, where the leak sanitizer does not look.
        start.Environment["ASAN_OPTIONS"] = "verify_asan_link_order=0:detect_leaks=1";
        start.Environment["LSAN_OPTIONS"] = $"suppressions={Path.Combine(ClientSources.Folder, "leaks.supp")}:print_suppressions=0";
        start.Environment["UBSAN_OPTIONS"] = "print_stacktrace=1";
        return new ClientProcess(start);
    }

    /// <summary>Reads the client's lines until one that says just this. False if it ended before.</summary>
    public async Task<bool> WaitForLineAsync(string expected)
    {
        using CancellationTokenSource patience = new(Patience);
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            Append(line + "\n");
            if (line == expected)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Ends it as nothing can prevent.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit status, 128 and the signal for one that a signal ended, and all that it said.</returns>
    public async Task<(int Status, string Output)> EndAsync()
    {
        using CancellationTokenSource patience = new(Patience);
        try
        {
            Append(await _process.StandardOutput.ReadToEndAsync(patience.Token));
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            Append($"It did not end within {Patience}.\n");
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await _errors;
        return (_process.ExitCode, ToString());
    }

    public override string ToString()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }

    public void Dispose() => _process.Dispose();

    private void Append(string text)
    {
        lock (_output)
        {
            _output.Append(text);
        }
    }
}
