using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
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
            ReadHandlers(Find(compilation, request.Handlers), cancellation),
            CallReader.Read(Find(compilation, request.Call), request.Target, compilation),
            CallReader.Read(Find(compilation, request.Target), request.Target, compilation),
            Find(compilation, request.Errors) is { } errors ? Constants(errors) : null,
            Find(compilation, OptionType) is { } options ? Constants(options) : EquatableArray<string>.Empty,
            ProjectReader.Lacks(compilation).ToEquatableArray(),
            ProjectReader.Hidden(request, compilation).ToEquatableArray());
    }

    /// <summary>The type of that full name, if generated code may mention it.</summary>
    internal static INamedTypeSymbol? Find(Compilation compilation, string? name) =>
        !string.IsNullOrEmpty(name)
        && compilation.GetTypeByMetadataName(name!) is { } type
        && compilation.IsSymbolAccessibleWithin(type, compilation.Assembly) ? type : null;

    private static StructFacts ReadStruct(string name, EquatableArray<string> namespaces, Compilation compilation, LayoutReader layouts)
    {
        List<INamedTypeSymbol> found = [];
        foreach (string @namespace in namespaces)
        {
            // Dots, pluses and backticks would reach into other namespaces, nested and generic types, which a row cannot name.
            if (name.IndexOfAny(['.', '+', '`']) < 0 && Find(compilation, @namespace + "." + name) is { TypeKind: TypeKind.Struct } type)
            {
                found.Add(type);
            }
        }

        if (found.Count == 0)
        {
            IEnumerable<string> known = namespaces.SelectMany(@namespace => StructNames(compilation, @namespace));
            return new StructFacts(name, null, false, 0, null, EquatableArray<MemberFacts>.Empty, Suggestion.For(name, known), true);
        }

        Layout layout = layouts.Read(found[0]);
        EquatableArray<MemberFacts> leading = layout.Members
            .OrderBy(member => member.Offset)
            .Take(2)
            .Select(member => new MemberFacts(member.Field.Name, member.Offset, Type(member.Field, compilation)))
            .ToEquatableArray();
        string foundIn = found[0].ContainingNamespace.ToDisplayString();
        bool ambiguous = found.Count > 1 || ProjectReader.IsImported(name, foundIn, compilation);
        bool isPublic = found[0].DeclaredAccessibility == Accessibility.Public;
        return new StructFacts(name, foundIn, ambiguous, layout.Size, layout.NotBlittable, leading, "", isPublic);
    }

    /// <summary>The field's type; one that generated code cannot read says so.</summary>
    private static string Type(IFieldSymbol field, Compilation compilation) =>
        (compilation.IsSymbolAccessibleWithin(field, compilation.Assembly) ? "" : "private ") + field.Type.ToDisplayString(FullNames);

    private static IEnumerable<string> StructNames(Compilation compilation, string @namespace)
    {
        INamespaceSymbol? at = compilation.GlobalNamespace;
        foreach (string part in @namespace.Split('.'))
        {
            at = at?.GetNamespaceMembers().FirstOrDefault(member => member.Name == part);
        }

        return at?.GetTypeMembers().Where(type => type is { TypeKind: TypeKind.Struct, Arity: 0 }).Select(type => type.Name) ?? [];
    }

    private static HandlersFacts? ReadHandlers(INamedTypeSymbol? type, CancellationToken cancellation)
    {
        if (type is not { TypeKind: TypeKind.Struct })
        {
            return null;
        }

        return new HandlersFacts(type.GetMembers()
            .OfType<IMethodSymbol>()
            .Where(method => method.MethodKind == MethodKind.Ordinary)
            .Select(ReadMethod)
            .ToEquatableArray(),
            NotExtendable(type, cancellation));
    }

    private static string? NotExtendable(INamedTypeSymbol type, CancellationToken cancellation)
    {
        IEnumerable<TypeDeclarationSyntax> parts = type.DeclaringSyntaxReferences
            .Select(reference => reference.GetSyntax(cancellation))
            .OfType<TypeDeclarationSyntax>();
        return type switch
        {
            { DeclaringSyntaxReferences.Length: 0 } => "is compiled already, in another project",
            { IsRecord: true } => "is a record",
            { IsRefLikeType: true } => "is a ref struct",
            _ when parts.Any(part => !part.Modifiers.Any(SyntaxKind.PartialKeyword)) => "is not partial",
            _ => null,
        };
    }

    private static MethodFacts ReadMethod(IMethodSymbol method)
    {
        string accessibility = method.DeclaredAccessibility == Accessibility.Public ? "public" : "private";
        string modifiers = method.IsStatic ? accessibility + " static" : accessibility;
        return new MethodFacts(
            method.Arity == 0 ? method.Name : $"{method.Name}<{string.Join(", ", method.TypeParameters.Select(parameter => parameter.Name))}>",
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

    private static EquatableArray<string> Constants(INamedTypeSymbol type) =>
        type.GetMembers().OfType<IFieldSymbol>().Where(field => field.IsConst && IsInt(field)).Select(field => field.Name).ToEquatableArray();

    /// <summary>True for members of enumerations, and for constants that an int takes.</summary>
    private static bool IsInt(IFieldSymbol constant) =>
        constant.ContainingType.TypeKind == TypeKind.Enum
        || (constant.Type.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int16 or SpecialType.System_UInt16
                or SpecialType.System_Byte or SpecialType.System_SByte
            && constant.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal);
}
