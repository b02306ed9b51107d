using System.Runtime.CompilerServices;

namespace VmmEngine.Generators.Tests.Infrastructure;

/// <summary>Where this repository lies, seen from this source file.</summary>
internal static class Repository
{
    /// <summary>The folder of this test project.</summary>
    public static string TestProject([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, ".."));

    /// <summary>The tables that the engine is built from, in a fixed order.</summary>
    public static IReadOnlyList<string> Tables =>
        [.. Directory.GetFiles(Path.Combine(TestProject(), "../../tables"), "*.ioctls", SearchOption.AllDirectories).Select(Path.GetFullPath).Order(StringComparer.Ordinal)];
}
