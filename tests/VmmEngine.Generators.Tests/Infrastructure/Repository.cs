using VmmEngine.Tests.Shared;

namespace VmmEngine.Generators.Tests.Infrastructure;

/// <summary>The places of this repository that the tests look at.</summary>
internal static class Repository
{
    public static readonly string Root = RepositoryRoot.Folder;

    /// <summary>The folder of this test project.</summary>
    public static string TestProject => Path.Combine(Root, "tests", "VmmEngine.Generators.Tests");

    /// <summary>The tables that the engine is built from, in a fixed order.</summary>
    public static IReadOnlyList<string> Tables =>
        [.. Directory.GetFiles(Path.Combine(Root, "tables"), "*.ioctls", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
