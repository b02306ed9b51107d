namespace VmmEngine.Generators.Model;

/// <summary>A type that generated code mentions: the namespace to import and the name to write.</summary>
internal sealed record TypeName(string Namespace, string Name)
{
    public string FullName => Namespace.Length == 0 ? Name : Namespace + "." + Name;

    public static TypeName Parse(string fullName)
    {
        int dot = fullName.LastIndexOf('.');
        return dot < 0 ? new TypeName("", fullName) : new TypeName(fullName.Substring(0, dot), fullName.Substring(dot + 1));
    }
}
