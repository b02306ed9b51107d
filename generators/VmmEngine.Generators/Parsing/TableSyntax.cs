using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Parsing;

/// <summary>A header line: its key and the words behind it.</summary>
internal sealed record HeaderSyntax(Cell Key, EquatableArray<Cell> Values);

/// <summary>A row's columns, not yet understood.</summary>
internal sealed record RowSyntax(
    string Section,
    Cell Name,
    Cell Number,
    Cell Direction,
    Cell Argument,
    Cell Flags,
    Cell Handler,
    EquatableArray<Cell> Attributes);

/// <summary>A table split into lines and words. Every word knows its place, so this value changes with every inserted comment.</summary>
internal sealed record TableSyntax(
    string Path,
    EquatableArray<HeaderSyntax> Headers,
    EquatableArray<RowSyntax> Rows,
    EquatableArray<Problem> Problems)
{
    public HeaderSyntax? Header(string key) => Headers.FirstOrDefault(header => header.Key.Text == key);
}
