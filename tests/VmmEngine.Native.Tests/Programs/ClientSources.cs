using VmmEngine.Tests.Shared;

namespace VmmEngine.Native.Tests.Programs;

/// <summary>The C programs in <c>Clients</c>, by names such as <c>freebsd/fork</c> and <c>openbsd-newer/sequence</c>.</summary>
/// <remarks>OpenBSD's programs are one source, compiled for each of the two revisions.</remarks>
internal static class ClientSources
{
    public const string FreeBsd = "freebsd";
    public const string Baseline = "openbsd-baseline";
    public const string Newer = "openbsd-newer";

    /// <summary>The program that is started to end in the middle of a run.</summary>
    public const string Dying = "dying";

    public static readonly string Folder = Path.Combine(RepositoryRoot.Folder, "tests", "VmmEngine.Native.Tests", "Clients");

    /// <summary>The programs that run their cases and end: those of the two interfaces, and those of one kind of access alone.</summary>
    public static IEnumerable<string> NamesFor(Access access) =>
    [
        .. In(FreeBsd, "freebsd"), .. In(Baseline, "openbsd"), .. In(Newer, "openbsd"),
        .. access == Access.Linked ? In("library", "library") : In("shim", "shim"),
    ];

    /// <summary>The source of a program.</summary>
    public static string PathOf(string client)
    {
        string[] parts = client.Split('/');
        return Path.Combine(Folder, parts[0].Split('-')[0], parts[1] + ".c");
    }

    /// <summary>What the compiler is told about the revision.</summary>
    public static string[] DefinesOf(string client) => client.StartsWith(Newer, StringComparison.Ordinal) ? ["-DVMM_OPENBSD_NEWER"] : [];

    private static IEnumerable<string> In(string prefix, string folder) => Directory.EnumerateFiles(Path.Combine(Folder, folder), "*.c")
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Where(name => name != Dying)
        .Order(StringComparer.Ordinal)
        .Select(name => $"{prefix}/{name}");
}
