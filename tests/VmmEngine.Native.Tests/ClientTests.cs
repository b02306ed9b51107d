using VmmEngine.Native.Tests.Library;
using VmmEngine.Native.Tests.Programs;

namespace VmmEngine.Native.Tests;

/// <summary>
/// Every C client, under the address and the undefined-behaviour sanitizer: a client prints what it expected and saw, and exits with 0
/// if that is the same everywhere.
/// </summary>
[Collection(InstalledLibraryCollection.Name)]
public sealed class ClientTests(InstalledLibrary library)
{
    public static TheoryData<string> LinkedClients => [.. ClientSources.NamesFor(Access.Linked)];

    public static TheoryData<string> ShimClients => [.. ClientSources.NamesFor(Access.Shim)];

    [ClientTheory]
    [MemberData(nameof(LinkedClients))]
    public Task LinkedOnTheSoftwareProcessor(string client) => RunAsync(client, Access.Linked, Backend.Software);

    [ClientTheory]
    [MemberData(nameof(ShimClients))]
    public Task ThroughTheShimOnTheSoftwareProcessor(string client) => RunAsync(client, Access.Shim, Backend.Software);

    [KvmClientTheory]
    [MemberData(nameof(LinkedClients))]
    public Task LinkedOnKvm(string client) => RunAsync(client, Access.Linked, Backend.Kvm);

    [KvmClientTheory]
    [MemberData(nameof(ShimClients))]
    public Task ThroughTheShimOnKvm(string client) => RunAsync(client, Access.Shim, Backend.Kvm);

    /// <summary>As clients are shipped: the sanitizers put handlers and wrappers of their own into a program.</summary>
    [ClientTheory]
    [MemberData(nameof(LinkedClients))]
    public Task LinkedWithoutSanitizers(string client) => RunAsync(client, Access.Linked, Backend.Software, isSanitized: false);

    [ClientTheory]
    [MemberData(nameof(ShimClients))]
    public Task ThroughTheShimWithoutSanitizers(string client) => RunAsync(client, Access.Shim, Backend.Software, isSanitized: false);

    /// <summary>Not under the address sanitizer, which wants 16 TiB of address space: the client limits its own to 8 GiB.</summary>
    [ClientFact]
    public Task LoadedAndUnloadedByHand() => RunAsync(
        "loaded/loading", Access.Loaded, Backend.Software, isSanitized: false, Path.Combine(library.Prefix, "lib", "libvmmengine.so"));

    private async Task RunAsync(string client, Access access, Backend backend, bool isSanitized = true, params string[] arguments)
    {
        using ClientProcess process = await ClientProcess.StartAsync(library, client, access, backend, isSanitized, arguments);
        (int status, string output) = await process.EndAsync();

        Assert.True(status == 0, $"{client} ended with {status}:\n{output}");
        Assert.Contains(": ok", output, StringComparison.Ordinal);
        Assert.Empty(Leftovers.ProcessesWith(process.Mark));
    }
}
