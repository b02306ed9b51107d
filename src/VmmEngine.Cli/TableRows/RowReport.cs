using VmmEngine.Tables;

namespace VmmEngine.Cli.TableRows;

/// <summary>One row for a machine.</summary>
/// <param name="Device">The device node, or a word for a descriptor that has none.</param>
/// <param name="Table">The table's name: two revisions of one device have two tables.</param>
/// <param name="Section">The part of the table.</param>
/// <param name="Name">The command.</param>
/// <param name="Number">Its number within the group; null for an operation, which has no command word.</param>
/// <param name="Direction">IO, IOR, IOW, IOWR or IOWINT; null for an operation.</param>
/// <param name="Argument">The argument's struct; null without one.</param>
/// <param name="Size">Bytes of the argument.</param>
/// <param name="Value">The command word, such as 0xC0107615; null for an operation.</param>
/// <param name="Flags">The preconditions, in the order in which they are taken.</param>
/// <param name="Relaxed">The second, weaker set of them; null without one.</param>
/// <param name="Handler">The handler; null for commands that the engine sends.</param>
/// <param name="NotYet">Whether the handler is still missing.</param>
/// <param name="GoesLast">Whether the row lets those go first who wait to eject its vCPU.</param>
/// <param name="Option">The option that brings the row into being; null if it is always there.</param>
/// <param name="Takes">The steps before the handler, in words.</param>
/// <param name="File">The table's file in the repository.</param>
/// <param name="Line">The row's line there.</param>
/// <param name="Code">The generated source of the row; null in a list of many rows, and for commands that the engine sends.</param>
internal sealed record RowReport(
    string Device, string Table, string Section, string Name, int? Number, string? Direction, string? Argument, int Size, string? Value,
    IReadOnlyList<string> Flags, IReadOnlyList<string>? Relaxed, string? Handler, bool NotYet, bool GoesLast, string? Option,
    IReadOnlyList<string> Takes, string File, int Line, string? Code)
{
    public static RowReport Of(TableListing table, CommandRow row, string? code = null) => new(
        row.Device, table.Name, row.Section, row.Name, row.Number, row.Value is null ? null : row.Direction, row.Argument, row.Size,
        row.Value is uint value ? $"0x{value:X8}" : null,
        row.Flags, row.Relaxed, row.Handler, row.NotYet, row.GoesLast, row.Option, row.Takes, row.File, row.Line, code);
}
