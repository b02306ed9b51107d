using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.X86.Model;

/// <summary>Who executes an operation.</summary>
internal enum SemanticsKind
{
    /// <summary>Generated handlers, from the row's statements.</summary>
    Inline,

    /// <summary>A method that gives a step.</summary>
    Helper,

    /// <summary>A hand-written handler.</summary>
    Handler,

    /// <summary>A method over two operands, called by a hand-written handler of its class.</summary>
    Function,
}

/// <summary>One operation, understood.</summary>
/// <param name="Operation">The decoder's name of it.</param>
/// <param name="IsCode">Whether the name is one encoding (<c>Code</c>) or all of a mnemonic.</param>
/// <param name="Condition">For a family member: its condition, or null.</param>
/// <param name="Shapes">Operand shapes; empty: any.</param>
/// <param name="Sizes">Operand sizes; empty: any.</param>
/// <param name="Value">Inline: the statements that compute the result.</param>
/// <param name="FlagBits">Inline: the statements that compute <c>f</c>.</param>
/// <param name="Method">Otherwise: the method.</param>
/// <param name="File">The table's file name.</param>
internal sealed record RowModel(
    string Operation,
    bool IsCode,
    Condition? Condition,
    EquatableArray<Shape> Shapes,
    EquatableArray<OperandSize> Sizes,
    FlagModel Flags,
    EquatableArray<string> Rules,
    SemanticsKind Kind,
    string Value,
    string FlagBits,
    string Method,
    string File)
{
    public bool Has(string rule) => Rules.Contains(rule);
}

/// <summary>A fused pair: an operation and the conditional jump behind it.</summary>
internal sealed record PairModel(RowModel Row, Shape Shape, EquatableArray<OperandSize> Sizes, EquatableArray<Condition> Conditions, bool Base, bool Index);

/// <summary>Everything the tables say.</summary>
internal sealed record TablesModel(EquatableArray<RowModel> Rows, EquatableArray<PairModel> Pairs);

/// <summary>The rows of one operation that have generated handlers.</summary>
internal sealed record OperationModel(string Operation, EquatableArray<RowModel> Rows);
