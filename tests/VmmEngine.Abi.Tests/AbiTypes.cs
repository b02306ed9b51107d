using System.Reflection;

namespace VmmEngine.Abi.Tests;

/// <summary>The library's types by their kernel names.</summary>
internal static class AbiTypes
{
    public const string FreeBsd = "VmmEngine.Abi.FreeBsd";
    public const string OpenBsd = "VmmEngine.Abi.OpenBsd";
    public const string Baseline = "VmmEngine.Abi.OpenBsd.Baseline";
    public const string Newer = "VmmEngine.Abi.OpenBsd.Newer";
    public const string Kvm = "VmmEngine.Abi.Kvm";

    private static readonly Assembly Library = typeof(FreeBsd.vm_register).Assembly;

    /// <summary>The type of that name, or null.</summary>
    public static Type? TryFind(string @namespace, string name) => Library.GetType($"{@namespace}.{name}");

    /// <summary>Every struct of a namespace, without those the compiler makes for fixed buffers.</summary>
    public static IEnumerable<Type> Structs(string @namespace)
        => Library.GetTypes().Where(type => type.IsValueType && !type.IsNested && type.Namespace == @namespace);

    /// <summary>Every named number of a namespace.</summary>
    public static IEnumerable<(string Name, long Value)> Constants(string @namespace)
        => Library.GetTypes().Where(type => type.Namespace == @namespace).SelectMany(Constants);

    /// <summary>Every named number of a type, in the order of its source.</summary>
    public static IEnumerable<(string Name, long Value)> Constants(Type type)
        => type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .OrderBy(field => field.MetadataToken)
            .Select(field => (field.Name, Convert.ToInt64(field.GetRawConstantValue(), null)));
}
