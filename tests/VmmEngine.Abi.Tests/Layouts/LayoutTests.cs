using System.Reflection;

namespace VmmEngine.Abi.Tests.Layouts;

public sealed class LayoutTests
{
    private static readonly (string Namespace, string[] Lines)[] References =
    [
        (AbiTypes.FreeBsd, FreeBsdLayouts.Lines),
        (AbiTypes.OpenBsd, OpenBsdLayouts.Shared),
        (AbiTypes.Baseline, OpenBsdLayouts.Baseline),
        (AbiTypes.Newer, OpenBsdLayouts.Newer),
        (AbiTypes.Kvm, KvmLayouts.Lines),
    ];

    public static TheoryData<string, string> Structs
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach ((string @namespace, string[] lines) in References)
            {
                foreach (string line in lines)
                {
                    data.Add(@namespace, line);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> Namespaces => [.. References.Select(reference => reference.Namespace)];

    [Theory]
    [MemberData(nameof(Structs))]
    public void SizeAndEveryFieldAreTheReferences(string @namespace, string line)
    {
        StructLayout reference = StructLayout.Parse(line);

        Type? type = AbiTypes.TryFind(@namespace, reference.Name);

        Assert.NotNull(type);
        Assert.Equal(reference.Size, Measured.SizeOf(type));
        Assert.Equal(InOrder(reference.Fields), InOrder(FieldsOf(type)));
    }

    [Theory]
    [MemberData(nameof(Namespaces))]
    public void EveryStructHasAReference(string @namespace)
    {
        IEnumerable<string> described = References.Single(reference => reference.Namespace == @namespace).Lines
            .Select(line => StructLayout.Parse(line).Name);

        IEnumerable<string> declared = AbiTypes.Structs(@namespace).Select(type => type.Name);

        Assert.Equal(described.Order(StringComparer.Ordinal), declared.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<FieldLayout> FieldsOf(Type type)
        => type.GetFields(BindingFlags.Public | BindingFlags.Instance)
            .Select(field => new FieldLayout(field.Name, Measured.OffsetOf(field), Measured.SizeOf(field.FieldType)));

    private static IEnumerable<FieldLayout> InOrder(IEnumerable<FieldLayout> fields)
        => fields.OrderBy(field => field.Offset).ThenBy(field => field.Name, StringComparer.Ordinal);
}
