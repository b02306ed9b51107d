namespace VmmEngine.Generators.Tests.Infrastructure;

/// <summary>Where this repository lies: the nearest folder with the solution, above the built tests.</summary>
internal static class Repository
{
    private const string Solution = "VmmEngine.sln";

    public static readonly string Root = Find();

    /// <summary>The folder of this test project.</summary>
    public static string TestProject => Path.Combine(Root, "tests", "VmmEngine.Generators.Tests");

    /// <summary>The tables that the engine is built from, in a fixed order.</summary>
    public static IReadOnlyList<string> Tables =>
        [.. Directory.GetFiles(Path.Combine(Root, "tables"), "*.ioctls", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, Solution)))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No {Solution} above {AppContext.BaseDirectory}.");
    }
}
