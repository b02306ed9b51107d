using Microsoft.CodeAnalysis;

namespace VmmEngine.Generators.Tests.Infrastructure;

/// <summary>What test compilations refer to: the framework, and this repository's own assemblies.</summary>
internal static class References
{
    public static readonly IReadOnlyList<MetadataReference> All =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "VmmEngine.dll" or "VmmEngine.Abi.dll"))
            .Select(path => MetadataReference.CreateFromFile(path))];
}
