using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Facts;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Model;

/// <summary>A row whose words were looked up one by one. Whether they make sense together is for the validation to say.</summary>
/// <param name="Syntax">The row as written.</param>
/// <param name="Number">Null for an operation, and if the number is bad.</param>
/// <param name="Direction">Null if unknown.</param>
/// <param name="Argument">Null if there is none, and if its struct is unknown.</param>
/// <param name="Flags">The flags that are known, as written.</param>
/// <param name="Relaxed">Those of the relaxed set; null if there is no relaxed set.</param>
/// <param name="Attributes">What stands behind the handler.</param>
/// <param name="Sound">True if every word of the row was understood.</param>
internal sealed record RowDraft(
    RowSyntax Syntax,
    byte? Number,
    Direction? Direction,
    ArgumentModel? Argument,
    EquatableArray<FlagUse> Flags,
    EquatableArray<FlagUse>? Relaxed,
    RowAttributes Attributes,
    bool Sound);

/// <summary>A flag where it stands.</summary>
internal sealed record FlagUse(FlagFacts Facts, Cell Cell)
{
    public Flag Flag => Facts.Flag;
}

/// <summary>A row's attributes; null cells are absent ones.</summary>
internal sealed record RowAttributes(Cell? NotYet, Cell? Option, Cell? MayNeed, Cell? OnVm, Cell? Relaxed, Cell? GoesLast);

/// <summary>A table whose words were looked up.</summary>
/// <param name="Syntax">The table as written.</param>
/// <param name="Facts">What the compilation knows of its names.</param>
/// <param name="Header">The header; with placeholders where it is not <paramref name="HeaderSound"/>.</param>
/// <param name="HeaderSound">True if code can be generated under this header.</param>
/// <param name="Rows">All well-formed rows.</param>
/// <param name="Problems">What was found so far.</param>
internal sealed record TableDraft(
    TableSyntax Syntax,
    CompilationFacts Facts,
    HeaderModel Header,
    bool HeaderSound,
    EquatableArray<RowDraft> Rows,
    EquatableArray<Problem> Problems);
