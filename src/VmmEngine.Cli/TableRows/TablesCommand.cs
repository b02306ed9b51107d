using System.CommandLine;
using VmmEngine.Cli.CommandLine;
using VmmEngine.Cli.Json;
using VmmEngine.Tables;

namespace VmmEngine.Cli.TableRows;

/// <summary><c>vmm tables</c>: the rows of all tables, one row followed through, or a lock report.</summary>
internal static class TablesCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string?> row = new("row")
        {
            Description = "One command to follow through to its locks and its generated code.",
            HelpName = "row",
            Arity = ArgumentArity.ZeroOrOne,
        };
        row.CompletionSources.Add(_ => TableListing.All.SelectMany(table => table.Rows).Select(each => new System.CommandLine.Completions.CompletionItem(each.Name)));
        Option<string?> device = new("--device") { Description = "Only one device's tables (a device node, or a table's name).", HelpName = "device" };
        Option<string?> report = new("--report") { Description = "Print the lock report of a device: md (Markdown) or dot (a graph).", HelpName = "md|dot" };
        Option<bool> operations = new("--operations") { Description = "Also list the engine's own locked steps, which have no command word." };
        Option<bool> json = JsonOption.Create();
        Command command = new("tables", "Lists the rows of all command tables, or follows one row through.") { row, device, operations, report, json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<TableListing> tables = TableListing.Choose(parsed.GetValue(device));
            if (parsed.GetValue(report) is string format)
            {
                if (parsed.GetValue(row) is not null || parsed.GetValue(json) || parsed.GetValue(operations))
                {
                    throw new UserErrorException("'--report' prints a whole device's report as it is. Leave out the row, '--json' and '--operations'.");
                }

                PrintReports(terminal, tables, format);
            }
            else if (parsed.GetValue(row) is string name)
            {
                PrintRow(terminal, tables, name, parsed.GetValue(device), parsed.GetValue(json));
            }
            else
            {
                PrintRows(terminal, tables, parsed.GetValue(operations), parsed.GetValue(json));
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static void PrintRows(Terminal terminal, IReadOnlyList<TableListing> tables, bool operations, bool json)
    {
        RowReport[] rows = [.. tables.SelectMany(table => table.Rows
            .Where(row => operations || row.Value is not null)
            .Select(row => RowReport.Of(table, row)))];
        if (json)
        {
            VmmJson.Write(terminal.Output, rows, VmmJson.Readable.RowReportArray);
            return;
        }

        RowsTable.Print(terminal, rows);
    }

    private static void PrintRow(Terminal terminal, IReadOnlyList<TableListing> tables, string name, string? device, bool json)
    {
        (TableListing Table, CommandRow Row)[] found =
            [.. tables.SelectMany(table => table.Rows, (table, row) => (table, row)).Where(pair => pair.row.Name.Equals(name, StringComparison.OrdinalIgnoreCase))];
        if (found.Length == 0)
        {
            IEnumerable<string> names = tables.SelectMany(table => table.Rows).Select(row => row.Name);
            (string place, string option) = device is null ? ("", "") : ($" in the tables of '{device}'", $" --device {device}");
            throw new UserErrorException(
                $"There is no row '{name}'{place}.{Nearest.Suggest(name, names)} 'vmm tables --operations{option}' lists them all.");
        }

        if (json)
        {
            RowReport[] reports = [.. found.Select(pair => RowReport.Of(
                pair.Table, pair.Row, pair.Row.Handler is null ? null : GeneratedSource.FindMethods(pair.Table.Name, pair.Row.Handler)))];
            VmmJson.Write(terminal.Output, reports, VmmJson.Readable.RowReportArray);
            return;
        }

        foreach ((int index, (TableListing table, CommandRow row)) in found.Index())
        {
            if (index > 0)
            {
                terminal.Output.WriteLine();
            }

            RowPage.Print(terminal.Output, table, row);
        }
    }

    private static void PrintReports(Terminal terminal, IReadOnlyList<TableListing> tables, string format)
    {
        Func<TableListing, string?> report = format.ToUpperInvariant() switch
        {
            "MD" => table => table.Markdown,
            "DOT" => table => table.Dot,
            _ => throw new UserErrorException($"There is no report in the format '{format}'. Formats: md, dot."),
        };
        string[] reports = [.. tables.Select(report).OfType<string>()];
        if (reports.Length == 0)
        {
            throw new UserErrorException($"'{tables[0].Device}' has no lock report: the engine sends its commands and locks nothing for them.");
        }

        terminal.Output.Write(string.Join('\n', reports));
    }
}
