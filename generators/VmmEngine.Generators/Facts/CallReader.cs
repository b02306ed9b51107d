using Microsoft.CodeAnalysis;
using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Facts;

/// <summary>Reads which members of a call or target type a row method can use: those in reach, and in the shape that it needs.</summary>
internal static class CallReader
{
    private const string VmLocks = "VmmEngine.Locks.VmLocks";
    private const string SlotLock = "VmmEngine.Locks.SlotLock";

    /// <summary>Null if there is no such type, or if no value of it can be handed in.</summary>
    public static CallFacts? Read(INamedTypeSymbol? type, string? target, Compilation compilation)
    {
        if (type is null or { IsStatic: true } or { TypeKind: not (TypeKind.Struct or TypeKind.Class or TypeKind.Interface) })
        {
            return null;
        }

        List<string> members = [];
        foreach (ISymbol member in Reachable(type, compilation))
        {
            switch (member)
            {
                case IPropertySymbol { Name: "Locks", RefKind: RefKind.Ref } locks:
                    members.AddRange(locks.Type.ToDisplayString() == VmLocks ? ["Locks"] : []);
                    members.AddRange(Fields(locks.Type, SlotLock, compilation).Select(field => "Locks." + field));
                    break;

                case IPropertySymbol { Name: "Line", RefKind: RefKind.Ref } line:
                    members.AddRange(Fields(line.Type, "uint", compilation).Select(field => "Line." + field));
                    break;

                case IMethodSymbol method when IsNeeded(method, target):
                    members.Add(method.Name);
                    break;
            }
        }

        return new CallFacts(members.Distinct().ToEquatableArray(), type.DeclaredAccessibility == Accessibility.Public);
    }

    private static IEnumerable<ISymbol> Reachable(INamedTypeSymbol type, Compilation compilation)
    {
        IEnumerable<ISymbol> members = type.AllInterfaces.Where(_ => type.TypeKind == TypeKind.Interface).SelectMany(parent => parent.GetMembers());
        for (INamedTypeSymbol? at = type; at is not null; at = at.BaseType)
        {
            members = members.Concat(at.GetMembers());
        }

        return members.Where(member => !member.IsStatic && compilation.IsSymbolAccessibleWithin(member, compilation.Assembly));
    }

    private static IEnumerable<string> Fields(ITypeSymbol type, string fieldType, Compilation compilation) => type.GetMembers()
        .OfType<IFieldSymbol>()
        .Where(field => field is { IsStatic: false, IsReadOnly: false } && field.Type.ToDisplayString() == fieldType)
        .Where(field => compilation.IsSymbolAccessibleWithin(field, compilation.Assembly))
        .Select(field => field.Name);

    private static bool IsNeeded(IMethodSymbol method, string? target)
    {
        string parameters = string.Join(", ", method.Parameters.Select(parameter => Passing(parameter) + parameter.Type.ToDisplayString()));
        string returns = method.ReturnType.ToDisplayString();
        return method.Arity == 0 && (method.Name, returns, parameters) switch
        {
            ("CheckPrivilege", "int", "VmmEngine.Privilege") => true,
            ("IsEnabled", "bool", "VmmEngine.Option") => true,
            ("FindVm", "int", _) => parameters == "uint, out " + target,
            ("Release", "void", "") => true,
            _ => false,
        };
    }

    private static string Passing(IParameterSymbol parameter) => parameter.RefKind switch
    {
        RefKind.None => "",
        RefKind.Out => "out ",
        _ => "by reference ",
    };
}
