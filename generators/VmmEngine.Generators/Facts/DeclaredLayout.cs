using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;

namespace VmmEngine.Generators.Facts;

/// <summary>What a struct says of its own layout.</summary>
internal readonly record struct DeclaredLayout(bool IsAuto, bool IsExplicit, int Pack, int Size, int Repeats);

/// <summary>
/// Reads layout attributes. In source they are attributes; in a reference the compiler has turned them into rows of metadata
/// tables, which symbols do not show and which are read from the image.
/// </summary>
internal sealed class DeclaredLayoutReader(Compilation compilation)
{
    private readonly Dictionary<IModuleSymbol, MetadataReader?> _readers = new(SymbolEqualityComparer.Default);

    public DeclaredLayout Read(INamedTypeSymbol type)
    {
        int repeats = Math.Max(1, InlineArrayLength(type));
        if (Metadata(type) is not { } reader)
        {
            return FromAttribute(type, repeats);
        }

        TypeDefinition definition = reader.GetTypeDefinition((TypeDefinitionHandle)MetadataTokens.Handle(type.MetadataToken));
        TypeLayout layout = definition.GetLayout();
        TypeAttributes kind = definition.Attributes & TypeAttributes.LayoutMask;
        return new DeclaredLayout(
            kind == TypeAttributes.AutoLayout,
            kind == TypeAttributes.ExplicitLayout,
            layout.IsDefault ? 0 : layout.PackingSize,
            layout.IsDefault ? 0 : layout.Size,
            repeats);
    }

    /// <summary>The field's explicit offset in bytes; 0 if it has none, which the C# compiler reports.</summary>
    public long Offset(IFieldSymbol field)
    {
        if (Metadata(field) is { } reader)
        {
            return Math.Max(0, reader.GetFieldDefinition((FieldDefinitionHandle)MetadataTokens.Handle(field.MetadataToken)).GetOffset());
        }

        AttributeData? attribute = Attribute(field, nameof(FieldOffsetAttribute));
        return FirstArgument(attribute) is int offset ? Math.Max(0, offset) : 0;
    }

    private static DeclaredLayout FromAttribute(INamedTypeSymbol type, int repeats)
    {
        AttributeData? attribute = Attribute(type, nameof(StructLayoutAttribute));
        LayoutKind kind = FirstArgument(attribute) switch
        {
            int value => (LayoutKind)value,
            short value => (LayoutKind)value,
            _ => LayoutKind.Sequential,
        };
        return new DeclaredLayout(
            kind == LayoutKind.Auto,
            kind == LayoutKind.Explicit,
            Named(attribute, nameof(StructLayoutAttribute.Pack)),
            Named(attribute, nameof(StructLayoutAttribute.Size)),
            repeats);
    }

    private static int InlineArrayLength(INamedTypeSymbol type) =>
        FirstArgument(Attribute(type, "InlineArrayAttribute")) is int length ? length : 0;

    private static object? FirstArgument(AttributeData? attribute) =>
        attribute?.ConstructorArguments.FirstOrDefault() is { Kind: TypedConstantKind.Primitive or TypedConstantKind.Enum } first ? first.Value : null;

    private static int Named(AttributeData? attribute, string name) =>
        attribute?.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Value is int value ? value : 0;

    private static AttributeData? Attribute(ISymbol symbol, string name) =>
        symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.Name == name);

    private MetadataReader? Metadata(ISymbol symbol)
    {
        if (symbol.MetadataToken == 0)
        {
            return null;
        }

        IModuleSymbol module = symbol.ContainingModule;
        if (!_readers.TryGetValue(module, out MetadataReader? reader))
        {
            reader = (compilation.GetMetadataReference(symbol.ContainingAssembly) as PortableExecutableReference)?.GetMetadata() switch
            {
                AssemblyMetadata assembly => assembly.GetModules()[0].GetMetadataReader(),
                ModuleMetadata single => single.GetMetadataReader(),
                _ => null,
            };
            _readers[module] = reader;
        }

        return reader;
    }
}
