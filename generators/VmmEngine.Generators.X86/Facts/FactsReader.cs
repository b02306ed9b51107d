using Microsoft.CodeAnalysis;
using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.X86.Model;
using VmmEngine.Generators.X86.Parsing;

namespace VmmEngine.Generators.X86.Facts;

/// <summary>Looks up the names of a table in the compilation.</summary>
internal static class FactsReader
{
    private const string Namespace = "VmmEngine.SoftX86";

    /// <summary>A table full of unknown words gets no more: each is compared with thousands of names.</summary>
    private const int MostSuggestions = 8;

    public static ProjectFacts Read(TableSyntax table, Compilation compilation, CancellationToken cancellation)
    {
        HashSet<string> mnemonics = [.. Members(compilation, "Iced.Intel.Mnemonic")];
        HashSet<string> encodings = [.. Members(compilation, "Iced.Intel.Code")];
        List<string> unknown = [];
        List<(string, MethodFact)> methods = [];
        foreach (RowSyntax row in table.Rows)
        {
            cancellation.ThrowIfCancellationRequested();
            unknown.AddRange(Condition.All
                .Select(condition => row.Operation.Text.Replace("{cc}", condition.Suffix))
                .Where(name => !mnemonics.Contains(name) && !encodings.Contains(name))
                .Distinct());
            string[] words = row.Semantics.Text.Split(' ');
            if (words.Length == 2 && words[0] is "helper" or "handler" or "function")
            {
                methods.Add((words[1], Find(compilation, words[1])));
            }
        }

        return new ProjectFacts(
            unknown.Distinct().ToEquatableArray(),
            unknown.Distinct().Take(MostSuggestions).Select(name => (name, Suggestion.For(name, name.Contains('_') ? encodings : mnemonics))).ToEquatableArray(),
            table.Rows.Select(row => row.Operation.Text).Where(name => !mnemonics.Contains(name) && encodings.Contains(name)).Distinct().ToEquatableArray(),
            methods.Distinct().ToEquatableArray());
    }

    private static IEnumerable<string> Members(Compilation compilation, string type) =>
        compilation.GetTypeByMetadataName(type)?.MemberNames ?? [];

    private static MethodFact Find(Compilation compilation, string name)
    {
        int dot = name.LastIndexOf('.');
        if (dot < 0 || compilation.GetTypeByMetadataName($"{Namespace}.{name.Substring(0, dot)}") is not { } type)
        {
            return MethodFact.Missing;
        }

        IMethodSymbol[] methods = [.. type.GetMembers(name.Substring(dot + 1)).OfType<IMethodSymbol>()];
        return methods.Length == 0 ? MethodFact.Missing : methods.Length == 1 ? Classify(methods[0]) : MethodFact.Other;
    }

    private static MethodFact Classify(IMethodSymbol method)
    {
        string parameters = string.Join(" ", method.Parameters.Select(parameter => parameter.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)));
        return (method.IsStatic, method.ReturnType.Name, parameters) switch
        {
            (true, "Step", "Cpu* MicroOp*") => MethodFact.Helper,
            (true, "Void", "Cpu* MicroOp*") => MethodFact.Handler,
            (true, "Step", "Cpu* MicroOp* byte* byte*") => MethodFact.Function,
            _ => MethodFact.Other,
        };
    }
}
