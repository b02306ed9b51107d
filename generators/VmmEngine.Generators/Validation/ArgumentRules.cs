using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Validation;

/// <summary>Whether direction, argument and encoding go together.</summary>
internal static class ArgumentRules
{
    public static void Check(HeaderModel header, RowDraft row, ProblemList problems)
    {
        bool hasArgument = row.Syntax.Argument.Text != "-";
        string? disagreement = row.Direction switch
        {
            Direction.None when hasArgument => "has no argument, so the column must be '-'",
            Direction.Out or Direction.In or Direction.InOut when !hasArgument => "needs an argument",
            Direction.IntInPlace when row.Syntax.Argument.Text != "int" => "carries an int in place of the pointer, so the argument must be 'int'",
            Direction.IntInPlace when header.Encoding == CommandEncoding.Linux => "exists in the bsd encoding only",
            _ => null,
        };
        if (disagreement is not null)
        {
            problems.Add(Descriptors.DirectionDisagrees, row.Syntax.Direction, row.Syntax.Direction.Text, disagreement);
        }

        if (row is { Argument: { } argument, Direction: not Direction.Operation } && argument.Size > header.Encoding.MaximumSize())
        {
            string limit = header.Encoding.MaximumSize().ToString(Text.Invariant);
            problems.Add(Descriptors.PayloadTooLarge, row.Syntax.Argument, argument.Type.Name, argument.Size.ToString(Text.Invariant), limit);
        }
    }

    /// <summary>The command word, if direction, number and argument allow one.</summary>
    public static uint? Word(HeaderModel header, RowDraft row)
    {
        if (row is not { Number: { } number, Direction: { } direction } || direction == Direction.Operation)
        {
            return null;
        }

        bool needsArgument = direction != Direction.None;
        int size = needsArgument ? row.Argument?.Size ?? 0 : 0;
        bool fits = size <= header.Encoding.MaximumSize() && (!needsArgument || row.Argument is not null);
        return fits ? header.Encoding.Word(direction, size, header.Group, number) : null;
    }
}
