using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.Systems;

namespace VmmEngine.Conformance.FreeBsd;

/// <summary>Makes cases of FreeBSD's interface. A name begins with the command that the case is about, or with a word for a rule of several.</summary>
internal static class FreeBsdCase
{
    /// <summary>A case that makes its VMs itself.</summary>
    public static ConformanceCase OnHost(string name, string section, string why, Action<HostClient> body, SystemSetup? setup = null, string also = "") =>
        new(name, CommandsOf(name, also), section, why, scope =>
        {
            using HostClient host = new(scope);
            body(host);
        })
        { Setup = setup ?? new SystemSetup() };

    /// <summary>A case that begins with a VM without memory and vCPUs.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="section">The section that it follows from.</param>
    /// <param name="why">What a client relies on.</param>
    /// <param name="body">The case.</param>
    /// <param name="setup">What it needs of the system.</param>
    /// <param name="also">Commands that it is about besides the one in its name, or instead of one; with spaces between.</param>
    public static ConformanceCase OnVm(string name, string section, string why, Action<VmClient> body, SystemSetup? setup = null, string also = "") =>
        OnHost(name, section, why, host => body(host.CreateVm()), setup, also);

    private static string[] CommandsOf(string name, string also)
    {
        string first = name[..name.IndexOf('/', StringComparison.Ordinal)];
        string[] others = also.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return first.StartsWith("VM", StringComparison.Ordinal) ? [first, .. others] : others;
    }
}
