using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Emit;

/// <summary>One typed method a row; two if the row has a relaxed lock set.</summary>
internal static class RowsEmitter
{
    public static GeneratedFile? Emit(TableModel table)
    {
        HeaderModel header = table.Header;
        if (!table.HasCode)
        {
            return null;
        }

        IEnumerable<string> imports = Imports.HeaderTypes(header).Concat(Imports.Arguments(table.Rows))
            .Concat([Imports.CodeDom, Imports.CompilerServices, Imports.Engine, Imports.Locks]);
        CodeWriter writer = CodeWriter.StartFile(header, imports);
        writer.Line($"/// <summary>The rows of {header.File}: each takes its preconditions in order, calls its handler and lets go again.</summary>");
        writer.Line("/// <typeparam name=\"TAtomics\">The atomics behind the locks; those of the processor, or controlled ones.</typeparam>");
        writer.Line("/// <typeparam name=\"THandlers\">What the rows do once their locks are held.</typeparam>");
        writer.Line(CodeWriter.GeneratedCode);
        ClassDeclaration(writer, table);
        writer.Open();
        bool first = true;
        foreach (RowModel row in table.Rows)
        {
            foreach (bool relaxed in row.Relaxed is null ? new[] { false } : [false, true])
            {
                if (!first)
                {
                    writer.Line();
                }

                first = false;
                new RowMethodEmitter(writer, header, row, relaxed).Emit();
            }
        }

        writer.Close();
        return new GeneratedFile(header.Name + ".Rows.g.cs", writer.ToString());
    }

    /// <summary>The head of the class, of which every file has a part.</summary>
    public static void ClassDeclaration(CodeWriter writer, TableModel table)
    {
        HeaderModel header = table.Header;
        writer.Line($"{table.Accessibility} static unsafe partial class {header.Class}<TAtomics, THandlers>");
        writer.Continue("where TAtomics : struct, IAtomics");
        writer.Continue($"where THandlers : struct, {header.HandlersInterface}");
    }
}
