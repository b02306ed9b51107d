using System.Globalization;
using System.Reflection;
using VmmEngine.Abi.Tests;
using VmmEngine.Abi.Tests.Layouts;

namespace VmmEngine.Native.Tests.Layouts;

/// <summary>
/// A C program that prints how large each struct is and where each field lies, and every command word and constant; and the same text as
/// C# has it. A struct, field or word that C does not have makes a program that does not compile.
/// </summary>
internal static class LayoutProgram
{
    /// <summary>The program, of the names that C# has.</summary>
    /// <param name="interface">The interface.</param>
    /// <param name="constants">Names of numbers that both have.</param>
    public static string SourceOf(CInterface @interface, IEnumerable<string> constants)
    {
        IEnumerable<string> statements =
        [
            .. @interface.Structs.SelectMany(StatementsOf),
            .. Commands(@interface).Select(command => $"printf(\"{command.Name} %lu\\n\", (unsigned long){command.Name});"),
            .. constants.Select(name => $"printf(\"{name} %lld\\n\", (long long){name});"),
        ];
        return
            $$"""
            {{(@interface.Define is null ? "" : $"#define {@interface.Define}")}}
            #include <stddef.h>
            #include <stdio.h>
            #include <{{@interface.Header}}>

            int main(void)
            {
            {{string.Join('\n', statements)}}
                return 0;
            }
            """;
    }

    /// <summary>What the program must print.</summary>
    public static IEnumerable<string> Expected(CInterface @interface, IEnumerable<string> constants)
    {
        Dictionary<string, long> values = Constants(@interface).ToDictionary(constant => constant.Name, constant => constant.Value);
        return
        [
            .. @interface.Structs.SelectMany(LinesOf),
            .. Commands(@interface).Select(command => string.Create(CultureInfo.InvariantCulture, $"{command.Name} {command.Value}")),
            .. constants.Select(name => string.Create(CultureInfo.InvariantCulture, $"{name} {values[name]}")),
        ];
    }

    /// <summary>Every named number of C#.</summary>
    public static IEnumerable<(string Name, long Value)> Constants(CInterface @interface) =>
        @interface.Namespaces.SelectMany(AbiTypes.Constants);

    private static IEnumerable<(string Name, long Value)> Commands(CInterface @interface) =>
        @interface.Commands.SelectMany(AbiTypes.Constants);

    private static IEnumerable<string> StatementsOf(Type type)
    {
        string name = CInterface.CType(type);
        yield return $"printf(\"{type.Name} %zu\\n\", sizeof({name}));";
        foreach (FieldInfo field in Fields(type))
        {
            string measures = $"offsetof({name}, {field.Name}), sizeof((({name} *)0)->{field.Name})";
            yield return $"printf(\"{type.Name}.{field.Name} %zu %zu\\n\", {measures});";
        }
    }

    private static IEnumerable<string> LinesOf(Type type)
    {
        yield return $"{type.Name} {Measured.SizeOf(type)}";
        foreach (FieldInfo field in Fields(type))
        {
            yield return $"{type.Name}.{field.Name} {Measured.OffsetOf(field)} {Measured.SizeOf(field.FieldType)}";
        }
    }

    private static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Instance);
}
