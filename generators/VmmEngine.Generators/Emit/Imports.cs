using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Emit;

/// <summary>The using lines of a table's files.</summary>
internal static class Imports
{
    public const string CodeDom = "System.CodeDom.Compiler";
    public const string CompilerServices = "System.Runtime.CompilerServices";
    public const string InteropServices = "System.Runtime.InteropServices";
    public const string Engine = "VmmEngine";
    public const string Devices = "VmmEngine.Devices";
    public const string Locks = "VmmEngine.Locks";
    public const string Tables = "VmmEngine.Tables";

    /// <summary>
    /// Where the rows' argument structs are. A struct whose name two searched namespaces have is imported by name, so that the
    /// first one in the header's order is meant.
    /// </summary>
    public static IEnumerable<string> Arguments(IEnumerable<RowModel> rows) => rows
        .Select(row => row.Argument)
        .Where(argument => argument is { Type.Namespace.Length: > 0 })
        .Select(argument => argument!.Ambiguous ? $"{argument.Type.Name} = {argument.Type.FullName}" : argument.Type.Namespace);

    /// <summary>Where call, target and errors are.</summary>
    public static IEnumerable<string> HeaderTypes(HeaderModel header) =>
        new[] { header.Call, header.Target, header.Errors }.Where(type => type is not null).Select(type => HeaderType(header, type!));

    /// <summary>By name, so that no other import can be meant; a type in the table's own namespace needs no import.</summary>
    public static string HeaderType(HeaderModel header, TypeName type) =>
        type.Namespace.Length == 0 || (header.Namespace + ".").StartsWith(type.Namespace + ".", StringComparison.Ordinal)
            ? ""
            : $"{type.Name} = {type.FullName}";
}
