using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Emit;

/// <summary>The interface of the handlers, and the other part of the struct that implements it.</summary>
internal static class HandlersEmitter
{
    public static GeneratedFile? Emit(TableModel table)
    {
        HeaderModel header = table.Header;
        if (!table.HasCode)
        {
            return null;
        }

        RowModel[] rows = [.. table.Rows.Where(row => !row.NotYet)];
        IEnumerable<string> imports = Imports.HeaderTypes(header).Concat(Imports.Arguments(rows)).Concat([Imports.CodeDom, Imports.Locks]);
        CodeWriter writer = CodeWriter.StartFile(header, imports);
        writer.Line($"/// <summary>What the rows of {header.File} do once their locks are held. Each method answers 0 or an errno.</summary>");
        writer.Line(CodeWriter.GeneratedCode);
        writer.Line($"{table.Accessibility} unsafe interface {header.HandlersInterface}");
        writer.Open();
        for (int i = 0; i < rows.Length; i++)
        {
            if (i > 0)
            {
                writer.Line();
            }

            writer.Line($"/// <summary>{Text.EscapeXml(RowText.Summary(rows[i], rows[i].Flags))}</summary>");
            if (rows[i].Relaxed is not null)
            {
                writer.Line($"/// <remarks>Relaxed: {Text.EscapeXml(RowText.Summary(rows[i], rows[i].RelaxedFlags))}</remarks>");
            }

            writer.Line($"static abstract int {rows[i].Handler}({Parameters(header, rows[i])});");
        }

        writer.Close();
        if (table.HandlersExist)
        {
            writer.Line();
            writer.Line($"partial struct {header.Handlers!.Name} : {header.HandlersInterface};");
        }

        return new GeneratedFile(header.Name + ".Handlers.g.cs", writer.ToString());
    }

    private static string Parameters(HeaderModel header, RowModel row)
    {
        List<string> parameters = [row.TakesTarget ? $"in {header.Target!.Name} target" : $"in {header.Call!.Name} call"];
        if (row.NamesVcpu)
        {
            parameters.Add("Vcpu* vcpu");
        }

        if (row.Argument is { } argument)
        {
            parameters.Add($"ref {argument.Type.Name} argument");
        }

        return string.Join(", ", parameters);
    }
}
