using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Validation;

/// <summary>A table after all checks.</summary>
/// <param name="Model">What can be generated; null if the header allows nothing.</param>
/// <param name="Lines">Where each row stands. Kept apart from the model, for lines move with every comment.</param>
/// <param name="Problems">Everything that is wrong.</param>
internal sealed record CheckedTable(TableModel? Model, EquatableArray<RowLine> Lines, EquatableArray<Problem> Problems);

/// <summary>A row's line, counted from 1.</summary>
internal sealed record RowLine(string Name, int Line);
