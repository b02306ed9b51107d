using System.Globalization;
using Spectre.Console;
using VmmEngine.Cli.CommandLine;

namespace VmmEngine.Cli.TableRows;

/// <summary>Many rows for people: all columns where they fit, and otherwise the ones that fit into 80.</summary>
internal static class RowsTable
{
    private static readonly string[] Columns = ["device", "name", "number", "direction", "argument", "size", "value", "flags", "handler", ""];

    public static void Print(Terminal terminal, IReadOnlyList<RowReport> rows)
    {
        string[][] cells = [.. rows.Select(Cells)];
        if (terminal.OutputIsTerminal && terminal.People.Profile.Width < Width(cells))
        {
            PrintNarrow(terminal, rows, Width(cells));
            return;
        }

        Table table = terminal.CreateTable(Columns);
        foreach (string[] row in cells)
        {
            table.AddRow(row.Select((cell, column) => new Text(cell, column == Columns.Length - 1 ? new Style(Color.Yellow) : null)));
        }

        terminal.People.Write(table);
    }

    private static string[] Cells(RowReport row) =>
    [
        row.Device, row.Name, row.Number?.ToString(CultureInfo.InvariantCulture) ?? "-", row.Direction ?? "-", row.Argument ?? "-",
        row.Size.ToString(CultureInfo.InvariantCulture), row.Value ?? "-", Flags(row, "|"), row.Handler ?? "-", Mark(row),
    ];

    // A space and a rule on both sides of each cell, and a rule at the end.
    private static int Width(string[][] cells) =>
        Columns.Index().Sum(column => cells.Select(row => row[column.Index].Length).Append(column.Item.Length).Max() + 3) + 1;

    private static void PrintNarrow(Terminal terminal, IReadOnlyList<RowReport> rows, int width)
    {
        foreach (IGrouping<(string Device, string Table), RowReport> group in rows.GroupBy(row => (row.Device, row.Table)))
        {
            Table table = terminal.CreateTable("name", "value", "flags", "");
            table.Title = new TableTitle(Markup.Escape($"{group.Key.Device} ({group.Key.Table})"));
            table.Columns[0].NoWrap = table.Columns[1].NoWrap = table.Columns[3].NoWrap = true;
            foreach (RowReport row in group)
            {
                table.AddRow(new Text(row.Name), new Text(row.Value ?? "-"), new Text(Flags(row, " ")), new Text(Mark(row), new Style(Color.Yellow)));
            }

            terminal.People.Write(table);
        }

        terminal.Error.WriteLine($"All columns need a terminal of {width}; 'vmm tables ROW' and '--json' show everything, too.");
    }

    private static string Flags(RowReport row, string separator) => row.Flags.Count == 0 ? "-" : string.Join(separator, row.Flags);

    private static string Mark(RowReport row) => row.NotYet ? "not yet" : "";
}
