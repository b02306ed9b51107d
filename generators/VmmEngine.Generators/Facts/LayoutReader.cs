using Microsoft.CodeAnalysis;

namespace VmmEngine.Generators.Facts;

/// <summary>
/// Computes sizes and offsets from symbols the way the runtime lays structs out on 64-bit machines, for structs in source and in
/// references alike. Pointers and native integers have 8 bytes.
/// </summary>
internal sealed class LayoutReader(Compilation compilation)
{
    private const long PointerSize = 8;

    private readonly Dictionary<ITypeSymbol, Layout?> _known = new(SymbolEqualityComparer.Default);
    private readonly DeclaredLayoutReader _declared = new(compilation);

    public Layout Read(ITypeSymbol type) => type switch
    {
        IPointerTypeSymbol or IFunctionPointerTypeSymbol => Layout.Plain(PointerSize),
        INamedTypeSymbol { TypeKind: TypeKind.Enum, EnumUnderlyingType: { } underlying } => Read(underlying),
        INamedTypeSymbol named when Primitive(named) is { } size => Layout.Plain(size),
        INamedTypeSymbol { TypeKind: TypeKind.Struct, SpecialType: SpecialType.None } named => ReadKnown(named),
        _ => Layout.Impossible($"a '{type.Name}' has no bytes of its own that a client could fill"),
    };

    private static long? Primitive(INamedTypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_SByte or SpecialType.System_Byte => 1,
        SpecialType.System_Int16 or SpecialType.System_UInt16 => 2,
        SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Single => 4,
        SpecialType.System_Int64 or SpecialType.System_UInt64 or SpecialType.System_Double => 8,
        SpecialType.System_IntPtr or SpecialType.System_UIntPtr => PointerSize,
        _ => null,
    };

    private Layout ReadKnown(INamedTypeSymbol type)
    {
        if (_known.TryGetValue(type, out Layout? known))
        {
            // Null marks a struct that is being read: it contains itself, which the C# compiler reports.
            return known ?? Layout.Impossible($"'{type.Name}' contains itself");
        }

        _known[type] = null;
        Layout layout = ReadStruct(type);
        _known[type] = layout;
        return layout;
    }

    private Layout ReadStruct(INamedTypeSymbol type)
    {
        if (type.IsGenericType)
        {
            return Layout.Impossible($"'{type.Name}' is generic");
        }

        if (type.IsRefLikeType)
        {
            return Layout.Impossible($"'{type.Name}' is a ref struct");
        }

        DeclaredLayout declared = _declared.Read(type);
        if (declared.IsAuto)
        {
            return Layout.Impossible($"the runtime orders the members of '{type.Name}' as it likes");
        }

        List<LayoutMember> members = [];
        long end = 0;
        long alignment = 1;
        string? notBlittable = null;

        foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic))
        {
            Layout layout = ReadField(field);
            notBlittable ??= layout.NotBlittable is null ? null : $"member '{field.Name}': {layout.NotBlittable}";

            long fieldAlignment = declared.Pack > 0 ? Math.Min(declared.Pack, layout.Alignment) : layout.Alignment;
            long offset = declared.IsExplicit ? _declared.Offset(field) : RoundUp(end, fieldAlignment);
            members.Add(new LayoutMember(field, offset));
            end = Math.Max(end, offset + layout.Size);
            alignment = Math.Max(alignment, fieldAlignment);
        }

        long size = Math.Max(RoundUp(end, alignment), Math.Max(declared.Size, 1));
        return new Layout(size * declared.Repeats, alignment, notBlittable, members);
    }

    private Layout ReadField(IFieldSymbol field)
    {
        if (!field.IsFixedSizeBuffer)
        {
            return field.RefKind == RefKind.None ? Read(field.Type) : Layout.Impossible("a reference");
        }

        Layout element = Read(((IPointerTypeSymbol)field.Type).PointedAtType);
        return new Layout(element.Size * field.FixedSize, element.Alignment, element.NotBlittable, []);
    }

    private static long RoundUp(long value, long alignment) => (value + alignment - 1) / alignment * alignment;
}
