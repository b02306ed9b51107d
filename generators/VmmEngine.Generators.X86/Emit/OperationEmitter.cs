using VmmEngine.Generators.Emit;
using VmmEngine.Generators.X86.Model;

namespace VmmEngine.Generators.X86.Emit;

/// <summary>A file an operation: its handlers, and which variant is which.</summary>
internal static class OperationEmitter
{
    public static GeneratedFile Emit(OperationModel operation)
    {
        CodeWriter writer = X86File.Start(string.Join(" and ", operation.Rows.Select(row => row.File).Distinct()));
        (RowModel Row, Variant Variant)[] variants = [.. operation.Rows.SelectMany(row => Variant.Of(row).Select(variant => (row, variant)))];
        string name = ClassName(operation.Operation);

        X86File.OpenClass(writer, name, $"Handlers of {operation.Operation}.");
        writer.Line("/// <summary>The handler of a variant, or null if there is none.</summary>");
        writer.Line("public static delegate*<Cpu*, MicroOp*, void> Find(uint variant) => variant switch");
        writer.Open();
        foreach ((_, Variant variant) in variants)
        {
            writer.Line($"0x{variant.Key:X} => &{operation.Operation}{variant.Name},");
        }

        writer.Line("_ => null,");
        writer.Close(";");
        writer.Line();
        HashSet<string> accesses = [];
        foreach ((RowModel row, Variant variant) in variants)
        {
            HandlerEmitter emitter = new(writer, row, variant);
            string access = operation.Operation + variant.NameOfAccess;
            if (emitter.SharesAccess && accesses.Add(access))
            {
                emitter.EmitAccess(access);
            }

            emitter.Emit(operation.Operation + variant.Name, access);
        }

        writer.Close();
        return new GeneratedFile($"Operations/{operation.Operation}.g.cs", writer.ToString());
    }

    public static string ClassName(string operation) => operation + "Handlers";
}
