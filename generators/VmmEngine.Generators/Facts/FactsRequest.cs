using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Facts;

/// <summary>What a table wants to know of the compilation. It holds names only, so most edits of a table ask the same again.</summary>
internal sealed record FactsRequest(
    EquatableArray<string> Namespaces,
    EquatableArray<string> Structs,
    string? Namespace,
    string? Handlers,
    string? Call,
    string? Target,
    string? Errors)
{
    public static FactsRequest Of(TableSyntax table)
    {
        string? @namespace = First(table, HeaderKeys.Namespace);
        string? handlers = First(table, HeaderKeys.Handlers);
        return new FactsRequest(
            (table.Header(HeaderKeys.Arguments)?.Values.Select(value => value.Text) ?? []).ToEquatableArray(),
            table.Rows.Select(row => row.Argument.Text).Where(IsStruct).Distinct().OrderBy(name => name, StringComparer.Ordinal).ToEquatableArray(),
            @namespace,
            handlers is null ? null : (@namespace + "." + handlers).TrimStart('.'),
            First(table, HeaderKeys.Call),
            First(table, HeaderKeys.Target),
            First(table, HeaderKeys.Errors));
    }

    public static bool IsStruct(string argument) => argument != "-" && IntegerSize(argument) is null;

    /// <summary>The size in bytes of an argument that is a plain integer; null if it is none.</summary>
    public static int? IntegerSize(string argument) => argument switch
    {
        "int" or "uint" => sizeof(int),
        "long" or "ulong" => sizeof(long),
        _ => null,
    };

    private static string? First(TableSyntax table, string key) => table.Header(key)?.Values[0].Text;
}
