using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Facts;

/// <summary>What the project itself has to say: its settings, and its types that have names which generated code uses.</summary>
internal static class ProjectReader
{
    private const string Runtime = "VmmEngine.Locks.IAtomics";

    /// <summary>Types of the engine that generated code names.</summary>
    private static readonly string[] Used =
    [
        Runtime, "VmmEngine.Locks.SlotLocks`1", "VmmEngine.Locks.VcpuLocks`1", "VmmEngine.Locks.Vcpu", "VmmEngine.Option", "VmmEngine.Privilege",
        "VmmEngine.Devices.ArgumentCopy", "VmmEngine.Devices.BsdIoctl", "VmmEngine.Tables.CommandRow",
    ];

    /// <summary>Namespaces that generated code imports besides those of the table.</summary>
    private static readonly string[] Imported =
    [
        "VmmEngine", "VmmEngine.Locks", "VmmEngine.Devices", "System.CodeDom.Compiler", "System.Runtime.CompilerServices", "System.Runtime.InteropServices",
    ];

    /// <summary>What generated code needs and the project does not give, each as the end of a sentence.</summary>
    public static IEnumerable<string> Lacks(Compilation compilation)
    {
        if (compilation is CSharpCompilation { LanguageVersion: < LanguageVersion.CSharp12 } old)
        {
            yield return $"C# 12 or later; it is set to {old.LanguageVersion.ToDisplayString()}";
        }

        if (compilation.Options is CSharpCompilationOptions { AllowUnsafe: false })
        {
            yield return "unsafe code; set AllowUnsafeBlocks to true";
        }

        if (compilation.GetTypeByMetadataName(Runtime) is null)
        {
            yield return "a reference to VmmEngine";
        }
    }

    /// <summary>True if a namespace that generated code imports anyway has a type of that name.</summary>
    public static bool IsImported(string name, string besides, Compilation compilation) =>
        Imported.Any(import => import != besides && FactsReader.Find(compilation, import + "." + name) is not null);

    /// <summary>The names that generated code uses and that mean something else in the table's namespace.</summary>
    public static IEnumerable<HiddenName> Hidden(FactsRequest request, Compilation compilation)
    {
        string?[] meant = [.. Used, request.Call, request.Target, request.Errors];
        foreach (string full in meant.Where(full => !string.IsNullOrEmpty(full)).Select(full => full!).Distinct())
        {
            string metadataName = TypeName.Parse(full).Name;
            string? found = Enclosing(request.Namespace)
                .Select(around => around + metadataName)
                .FirstOrDefault(name => compilation.GetTypeByMetadataName(name) is not null);
            if (found is not null && found != full)
            {
                yield return new HiddenName(Shown(metadataName), Shown(full), Shown(found));
            }
        }
    }

    private static string Shown(string metadataName) => metadataName.Split('`')[0];

    /// <summary>A namespace and those around it, innermost first, each as a prefix; the last is empty.</summary>
    private static IEnumerable<string> Enclosing(string? @namespace)
    {
        for (string at = @namespace ?? ""; at.Length > 0; at = at.Substring(0, Math.Max(0, at.LastIndexOf('.'))))
        {
            yield return at + ".";
        }

        yield return "";
    }
}
