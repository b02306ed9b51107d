using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using VmmEngine.Conformance.Systems;

namespace VmmEngine.Conformance.OpenBsd;

/// <summary>
/// Makes cases of OpenBSD's interface, one for each revision that they hold for. Names begin with the revision, then comes the command that the case is about, or a
/// word for a rule of several.
/// </summary>
internal static class OpenBsdCase
{
    /// <summary>A case of both revisions that makes its VMs itself.</summary>
    public static IEnumerable<ConformanceCase> OnHost(string name, string section, string why, Action<VmmClient> body, SystemSetup? setup = null, string also = "") =>
        Revision.All.Select(revision => OnHost(revision, name, section, why, body, setup, also));

    /// <summary>A case of one revision that makes its VMs itself.</summary>
    public static ConformanceCase OnHost(
        Revision revision, string name, string section, string why, Action<VmmClient> body, SystemSetup? setup = null, string also = "") =>
        new($"{revision}/{name}", CommandsOf(revision, name, also), section, why, scope =>
        {
            using VmmClient host = new(scope, revision);
            body(host);
        })
        { Setup = setup ?? new SystemSetup() };

    /// <summary>A case of both revisions that begins with a VM of 1 MiB and a page of device memory, whose vCPU has never been reset.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="section">The section that it follows from.</param>
    /// <param name="why">What a client relies on.</param>
    /// <param name="body">The case.</param>
    /// <param name="setup">What it needs of the system.</param>
    /// <param name="also">Commands that it is about besides the one in its name, or instead of one; with spaces between, and without VMM_IOC_.</param>
    public static IEnumerable<ConformanceCase> OnVm(string name, string section, string why, Action<Guest> body, SystemSetup? setup = null, string also = "") =>
        OnHost(name, section, why, host => body(host.CreateUsual()), setup, also);

    /// <summary>The same of one revision.</summary>
    public static ConformanceCase OnVm(Revision revision, string name, string section, string why, Action<Guest> body, SystemSetup? setup = null, string also = "") =>
        OnHost(revision, name, section, why, host => body(host.CreateUsual()), setup, also);

    /// <summary>Skips the case on KVM, whose kernel does something in its own way that no client of it can change.</summary>
    public static void SkipOnKvm(VmmClient host, string way)
    {
        if (host.Scope.Backend == "kvm")
        {
            throw new CaseSkippedException(way);
        }
    }

    private static string[] CommandsOf(Revision revision, string name, string also)
    {
        string first = name[..name.IndexOf('/', StringComparison.Ordinal)];
        IEnumerable<string> others = also.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(command => $"{revision}/VMM_IOC_{command}");
        return first.StartsWith("VMM_", StringComparison.Ordinal) ? [$"{revision}/{first}", .. others] : [.. others];
    }
}
