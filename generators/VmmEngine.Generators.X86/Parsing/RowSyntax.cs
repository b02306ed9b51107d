using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.X86.Parsing;

/// <summary>A row's columns, not yet understood.</summary>
internal sealed record RowSyntax(Cell Operation, Cell Shapes, Cell Sizes, Cell Flags, Cell Rules, Cell Semantics);

/// <summary>A row of the table of pairs, not yet understood.</summary>
internal sealed record PairSyntax(Cell Operation, Cell Shapes, Cell Sizes, Cell Conditions, Cell Rules);

/// <summary>A table split into rows and columns. Every word knows its place.</summary>
internal sealed record TableSyntax(string Path, EquatableArray<RowSyntax> Rows, EquatableArray<PairSyntax> Pairs, EquatableArray<Problem> Problems);
