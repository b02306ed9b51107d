using VmmEngine.Tests.Shared;

namespace VmmEngine.Packaging.Tests;

/// <summary>The working copy that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The configuration that the tests, and with them the projects to pack, were built in.</summary>
#if DEBUG
    public const string Configuration = "Debug";
#else
    public const string Configuration = "Release";
#endif

    public static string Root { get; } = RepositoryRoot.Folder;
}
