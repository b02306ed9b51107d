using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Facts;

/// <summary>All that one table needs of the compilation, as values.</summary>
internal sealed record CompilationFacts(
    EquatableArray<StructFacts> Structs,
    HandlersFacts? Handlers,
    CallFacts? Call,
    CallFacts? Target,
    EquatableArray<string>? Errors,
    EquatableArray<string> Options,
    EquatableArray<string> Lacks,
    EquatableArray<HiddenName> Hidden)
{
    public StructFacts? Struct(string name) => Structs.FirstOrDefault(facts => facts.Name == name);
}

/// <summary>An argument struct, or the lack of it.</summary>
/// <param name="Name">As tables write it.</param>
/// <param name="Namespace">Where it was found; null if nowhere.</param>
/// <param name="Ambiguous">True if a later namespace of the search, or one of those that generated code imports anyway, has one too.</param>
/// <param name="Size">In bytes, padding included.</param>
/// <param name="NotBlittable">Why it cannot be copied byte for byte; null if it can.</param>
/// <param name="Leading">The first two members by offset.</param>
/// <param name="Nearest">A sentence naming a struct that was perhaps meant, if this one was not found.</param>
/// <param name="IsPublic">Public methods may mention it.</param>
internal sealed record StructFacts(
    string Name,
    string? Namespace,
    bool Ambiguous,
    long Size,
    string? NotBlittable,
    EquatableArray<MemberFacts> Leading,
    string Nearest,
    bool IsPublic);

/// <summary>A name of generated code that means something else where the code is to be.</summary>
/// <param name="Name">As generated code writes it.</param>
/// <param name="Meant">The full name of the type that is meant.</param>
/// <param name="Found">The full name of the type in its way.</param>
internal sealed record HiddenName(string Name, string Meant, string Found);

/// <summary>A member of an argument struct.</summary>
internal sealed record MemberFacts(string Name, long Offset, string Type);

/// <summary>A handlers struct.</summary>
/// <param name="Methods">Its methods.</param>
/// <param name="NotExtendable">Why its other part cannot be generated; null if it can.</param>
internal sealed record HandlersFacts(EquatableArray<MethodFacts> Methods, string? NotExtendable)
{
    public IEnumerable<MethodFacts> Named(string name) => Methods.Where(method => method.Name == name);
}

/// <summary>A method's face.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Modifiers">Such as <c>public static</c>.</param>
/// <param name="Returns">The return type.</param>
/// <param name="Parameters">Each with its passing, fully named: <c>in VmmEngine.FreeBsd.VmCall</c>.</param>
internal sealed record MethodFacts(string Name, string Modifiers, string Returns, EquatableArray<string> Parameters)
{
    public override string ToString() => $"{Modifiers} {Returns} {Name}({string.Join(", ", Parameters)})".TrimStart();
}

/// <summary>The members that a call or target type offers in the shape that row methods need, and those of its <c>Locks</c> and <c>Line</c>.</summary>
internal sealed record CallFacts(EquatableArray<string> Members, bool IsPublic);
