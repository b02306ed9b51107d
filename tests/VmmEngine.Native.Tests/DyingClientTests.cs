using VmmEngine.Native.Tests.Library;
using VmmEngine.Native.Tests.Programs;

namespace VmmEngine.Native.Tests;

/// <summary>
/// Clients that end in the middle of a run, however that comes about: the process ends as it would without a guest, and nothing is left.
/// </summary>
[Collection(InstalledLibraryCollection.Name)]
public sealed class DyingClientTests(InstalledLibrary library)
{
    private const int Signalled = 128;
    private const int SIGABRT = 6;
    private const int SIGKILL = 9;
    private const int SIGSEGV = 11;

    /// <summary>The client that waits is killed from outside.</summary>
    private const string Waits = "wait";

    public static TheoryData<string, string, Access> Deaths
    {
        get
        {
            TheoryData<string, string, Access> data = [];
            foreach (string system in new[] { ClientSources.FreeBsd, ClientSources.Baseline, ClientSources.Newer })
            {
                foreach (string way in new[] { Waits, "abort", "fault", "exit", "return", "execute" })
                {
                    data.Add(system, way, Access.Linked);
                    data.Add(system, way, Access.Shim);
                }
            }

            return data;
        }
    }

    [ClientTheory]
    [MemberData(nameof(Deaths))]
    public Task OnTheSoftwareProcessor(string system, string way, Access access) => DieAsync(system, way, access, Backend.Software);

    [KvmClientTheory]
    [MemberData(nameof(Deaths))]
    public Task OnKvm(string system, string way, Access access) => DieAsync(system, way, access, Backend.Kvm);

    /// <summary>A fault is not among these ways: the address sanitizer reports it and ends the program in its own.</summary>
    [ClientTheory]
    [InlineData(Waits, Access.Linked)]
    [InlineData(Waits, Access.Shim)]
    [InlineData("abort", Access.Linked)]
    [InlineData("abort", Access.Shim)]
    [InlineData("exit", Access.Linked)]
    [InlineData("exit", Access.Shim)]
    public Task UnderSanitizers(string way, Access access) =>
        DieAsync(ClientSources.FreeBsd, way, access, Backend.Software, isSanitized: true);

    private async Task DieAsync(string system, string way, Access access, Backend backend, bool isSanitized = false)
    {
        string client = $"{system}/{ClientSources.Dying}";
        using ClientProcess process = await ClientProcess.StartAsync(library, client, access, backend, isSanitized, way);
        bool isRunning = await process.WaitForLineAsync("running");
        if (isRunning && way == Waits)
        {
            // What there is to leave behind.
            Assert.Equal([process.Id], Leftovers.ProcessesWith(process.Mark));
            string[] descriptors = Leftovers.DescriptorsOf(process.Id);
            Assert.Contains(descriptors, target => target.StartsWith("/memfd:", StringComparison.Ordinal));
            Assert.Equal(backend == Backend.Kvm, descriptors.Any(target => target.Contains("kvm-vcpu", StringComparison.Ordinal)));
            process.Kill();
        }

        (int status, string output) = await process.EndAsync();
        Assert.True(isRunning, output);
        Assert.Equal(StatusOf(way), status);
        Assert.Empty(Leftovers.ProcessesWith(process.Mark));
    }

    private static int StatusOf(string way) => way switch
    {
        Waits => Signalled + SIGKILL,
        "abort" => Signalled + SIGABRT,
        "fault" => Signalled + SIGSEGV,
        _ => 0,
    };
}
