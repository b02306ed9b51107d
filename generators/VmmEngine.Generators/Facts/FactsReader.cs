using Microsoft.CodeAnalysis;
using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Facts;

/// <summary>Answers a table's questions from the compilation. This is the only step that sees symbols; none leave it.</summary>
internal static class FactsReader
{
    public const string OptionType = "VmmEngine.Option";

    private static readonly SymbolDisplayFormat FullNames = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    public static CompilationFacts Read(FactsRequest request, Compilation compilation, CancellationToken cancellation)
    {
        LayoutReader layouts = new(compilation);
        List<StructFacts> structs = [];
        foreach (string name in request.Structs)
        {
            cancellation.ThrowIfCancellationRequested();
            structs.Add(ReadStruct(name, request.Namespaces, compilation, layouts));
        }

        return new CompilationFacts(
            structs.ToEquatableArray(),
            ReadHandlers(Find(compilation, request.Handlers)),
            ReadCall(Find(compilation, request.Call)),
            ReadCall(Find(compilation, request.Target)),
            Find(compilation, request.Errors) is { } errors ? Constants(errors) : null,
            Find(compilation, OptionType) is { } options ? Constants(options) : EquatableArray<string>.Empty);
    }

    private static INamedTypeSymbol? Find(Compilation compilation, string? name) =>
        string.IsNullOrEmpty(name) ? null : compilation.GetTypeByMetadataName(name!);

    private static StructFacts ReadStruct(string name, EquatableArray<string> namespaces, Compilation compilation, LayoutReader layouts)
    {
        List<INamedTypeSymbol> found = [];
        foreach (string @namespace in namespaces)
        {
            if (Find(compilation, @namespace + "." + name) is { TypeKind: TypeKind.Struct } type)
            {
                found.Add(type);
            }
        }

        if (found.Count == 0)
        {
            IEnumerable<string> known = namespaces.SelectMany(@namespace => StructNames(compilation, @namespace));
            return new StructFacts(name, null, false, 0, null, EquatableArray<MemberFacts>.Empty, Suggestion.For(name, known));
        }

        Layout layout = layouts.Read(found[0]);
        EquatableArray<MemberFacts> leading = layout.Members
            .OrderBy(member => member.Offset)
            .Take(2)
            .Select(member => new MemberFacts(member.Field.Name, member.Offset, member.Field.Type.ToDisplayString(FullNames)))
            .ToEquatableArray();
        string foundIn = found[0].ContainingNamespace.ToDisplayString();
        return new StructFacts(name, foundIn, found.Count > 1, layout.Size, layout.NotBlittable, leading, "");
    }

    private static IEnumerable<string> StructNames(Compilation compilation, string @namespace)
    {
        INamespaceSymbol? at = compilation.GlobalNamespace;
        foreach (string part in @namespace.Split('.'))
        {
            at = at?.GetNamespaceMembers().FirstOrDefault(member => member.Name == part);
        }

        return at?.GetTypeMembers().Where(type => type.TypeKind == TypeKind.Struct).Select(type => type.Name) ?? [];
    }

    private static HandlersFacts? ReadHandlers(INamedTypeSymbol? type)
    {
        if (type is not { TypeKind: TypeKind.Struct })
        {
            return null;
        }

        return new HandlersFacts(type.GetMembers()
            .OfType<IMethodSymbol>()
            .Where(method => method.MethodKind == MethodKind.Ordinary)
            .Select(ReadMethod)
            .ToEquatableArray());
    }

    private static MethodFacts ReadMethod(IMethodSymbol method)
    {
        string accessibility = method.DeclaredAccessibility == Accessibility.Public ? "public" : "private";
        string modifiers = method.IsStatic ? accessibility + " static" : accessibility;
        return new MethodFacts(
            method.Name,
            modifiers,
            (method.ReturnsByRef ? "ref " : "") + method.ReturnType.ToDisplayString(FullNames),
            method.Parameters.Select(parameter => Passing(parameter.RefKind) + parameter.Type.ToDisplayString(FullNames)).ToEquatableArray());
    }

    private static string Passing(RefKind kind) => kind switch
    {
        RefKind.Ref => "ref ",
        RefKind.Out => "out ",
        RefKind.In => "in ",
        RefKind.RefReadOnlyParameter => "ref readonly ",
        _ => "",
    };

    private static CallFacts? ReadCall(INamedTypeSymbol? type)
    {
        if (type is null)
        {
            return null;
        }

        List<string> members = [];
        foreach (ISymbol member in type.GetMembers().Where(member => member.CanBeReferencedByName))
        {
            members.Add(member.Name);
            if (member is IPropertySymbol { Name: "Locks" or "Line" } property)
            {
                IEnumerable<ISymbol> inner = property.Type.GetMembers().Where(inner => inner.CanBeReferencedByName);
                members.AddRange(inner.Select(field => property.Name + "." + field.Name));
            }
        }

        return new CallFacts(members.Distinct().ToEquatableArray());
    }

    private static EquatableArray<string> Constants(INamedTypeSymbol type) =>
        type.GetMembers().OfType<IFieldSymbol>().Where(field => field.IsConst).Select(field => field.Name).ToEquatableArray();
}
