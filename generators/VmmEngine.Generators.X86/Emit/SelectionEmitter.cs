using VmmEngine.Generators.Emit;
using VmmEngine.Generators.X86.Model;

namespace VmmEngine.Generators.X86.Emit;

/// <summary>Writes the way from a decoded instruction to its row.</summary>
internal static class SelectionEmitter
{
    public static GeneratedFile Emit(TablesModel tables)
    {
        CodeWriter writer = X86File.Start("*.ops");
        X86File.OpenClass(writer, "FormTable", "The rows of the tables, as the translator asks for them.");
        Method(writer, "TryFindByCode", "Code code", "code", "Code", [.. tables.Rows.Where(row => row.IsCode)]);
        writer.Line();
        Method(writer, "TryFindByMnemonic", "Mnemonic mnemonic", "mnemonic", "Mnemonic", [.. tables.Rows.Where(row => !row.IsCode)]);
        writer.Close();
        return new GeneratedFile("FormTable.g.cs", writer.ToString());
    }

    private static void Method(CodeWriter writer, string name, string parameter, string value, string type, RowModel[] rows)
    {
        writer.Line("/// <summary>The row of an instruction; false if the tables have none.</summary>");
        writer.Line($"public static bool {name}({parameter}, in FormQuery query, out FormRow row)");
        writer.Open();
        writer.Line($"switch ({value})");
        writer.Open();
        foreach (IGrouping<string, RowModel> operation in rows.GroupBy(row => row.Operation, StringComparer.Ordinal))
        {
            writer.Line($"case {type}.{operation.Key}:");
            writer.Open();
            Rows(writer, [.. operation]);
            writer.Close();
            writer.Line();
        }

        writer.Close();
        writer.Line();
        writer.Line("row = default;");
        writer.Line("return false;");
        writer.Close();
    }

    private static void Rows(CodeWriter writer, RowModel[] rows)
    {
        foreach (RowModel row in rows)
        {
            string[] tests = [.. Tests(row)];
            string assignment = $"row = {Row(row)};";
            if (tests.Length == 0)
            {
                writer.Line(assignment);
                writer.Line("return true;");
                return;
            }

            writer.Line($"if ({string.Join(" && ", tests)})");
            writer.Open();
            writer.Line(assignment);
            writer.Line("return true;");
            writer.Close();
            writer.Line();
        }

        writer.Line("break;");
    }

    private static IEnumerable<string> Tests(RowModel row)
    {
        if (row.Has(Rules.Long))
        {
            yield return "query.Long";
        }

        if (row.Has(Rules.Legacy))
        {
            yield return "!query.Long";
        }

        if (row.Shapes.Count > 0)
        {
            yield return $"query.Shape({Count(row)}) is {string.Join(" or ", row.Shapes.Select(shape => $"0x{shape.Key:X}"))}";
        }

        // Of a row with a method the size says how wide the operation is, not which encodings it means.
        if (row.Sizes.Count > 0 && (row.Kind == SemanticsKind.Inline || row.Sizes.Count > 1))
        {
            yield return row.Kind == SemanticsKind.Inline
                ? $"query.Sizes({Count(row)}) is {string.Join(" or ", row.Sizes.Select(size => $"0x{(OperandSize.Log2(size.Left) << 2) | OperandSize.Log2(size.Right):X}").Distinct())}"
                : $"query.LeftBits is {string.Join(" or ", row.Sizes.Select(size => $"{size.Left}"))}";
        }
    }

    /// <summary>Whether CL as last operand is a count: of rows that have one.</summary>
    private static string Count(RowModel row) => row.Shapes.Any(shape => shape.HasCount) ? "true" : "false";

    private static string Row(RowModel row)
    {
        string find = row.Kind switch
        {
            SemanticsKind.Inline => $"(nint)(delegate*<uint, delegate*<Cpu*, MicroOp*, void>>)&{OperationEmitter.ClassName(row.Operation)}.Find",
            SemanticsKind.Helper => $"(nint)(delegate*<Cpu*, MicroOp*, Step>)&{row.Method}",
            SemanticsKind.Handler => $"(nint)(delegate*<Cpu*, MicroOp*, void>)&{row.Method}",
            _ => $"(nint)(delegate*<Cpu*, MicroOp*, byte*, byte*, Step>)&{row.Method}",
        };
        string rules = RuleNames(row);
        int bytes = row.Kind != SemanticsKind.Inline && row.Sizes.Count == 1 ? row.Sizes[0].Left / 8 : 0;
        return $"new(FormKind.{row.Kind}, {rules}, FormEnding.{Ending(row)}, {bytes}, 0x{row.Flags.Read:X}, 0x{row.Flags.Written:X}, 0x{row.Flags.Killed:X}, {find})";
    }

    private static string Ending(RowModel row) =>
        row.Has(Rules.Jump) ? "Jump" : row.Has(Rules.Conditional) ? "Conditional" : row.Has(Rules.Indirect) ? "Indirect" : row.Has(Rules.End) ? "System" : "None";

    private static string RuleNames(RowModel row)
    {
        List<string> names = [];
        Add(Rules.Read, "Read");
        Add(Rules.Write, "Write");
        Add(Rules.ReadWrite, "Write");
        Add(Rules.Address, "Address");
        Add(Rules.Cpl0, "Cpl0");
        Add(Rules.Fault, "Fault");
        Add(Rules.Lock, "Lock");
        Add(Rules.AlwaysLocked, "AlwaysLocked");
        Add(Rules.BitString, "BitString");
        Add(Rules.Sse, "Sse");
        Add(Rules.Mmx, "Mmx");
        Add(Rules.X87, "X87");
        Add(Rules.Aligned, "Aligned");
        Add(Rules.Store, "Store");
        if (row.Shapes.Any(shape => shape.HasCount))
        {
            names.Add("FormRules.Count");
        }

        if (row.Kind == SemanticsKind.Inline && !row.Has(Rules.NoWrite) && SemanticText.Uses(row.Value, "r"))
        {
            names.Add("FormRules.WritesFirst");
        }

        return names.Count == 0 ? "FormRules.None" : string.Join(" | ", names.Distinct());

        void Add(string rule, string name)
        {
            if (row.Has(rule))
            {
                names.Add("FormRules." + name);
            }
        }
    }
}
