using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;
using VmmEngine.Generators.X86.Facts;
using VmmEngine.Generators.X86.Parsing;

namespace VmmEngine.Generators.X86.Model;

/// <summary>Understands the columns of a row. Each column is read whatever the others hold, so that one row's mistakes all come out at once.</summary>
internal static class RowBuilder
{
    /// <summary>Stands in an operation's name for the sixteen conditions.</summary>
    private const string Family = "{cc}";

    private static readonly string[] MethodWords = ["helper ", "handler ", "function "];

    /// <summary>Separates the statements of the value from those of the flags.</summary>
    private const string FlagSeparator = ";;";

    public static IEnumerable<RowModel> Build(RowSyntax syntax, string path, ProjectFacts facts, ProblemList problems)
    {
        int before = problems.Count;
        bool isCode = facts.Codes.Contains(syntax.Operation.Text);
        EquatableArray<Shape> shapes = Shapes(syntax.Shapes, problems);
        if (syntax.Shapes.Text == "-" && !NamesMethod(syntax))
        {
            shapes = new[] { new Shape("") }.ToEquatableArray();
        }

        EquatableArray<OperandSize> sizes = Sizes(syntax.Sizes, problems);
        EquatableArray<string> rules = ReadRules(syntax.Rules, problems);
        if (!FlagModel.TryParse(syntax.Flags.Text, out FlagModel flags))
        {
            problems.Add(Descriptors.BadFlags, syntax.Flags, syntax.Flags.Text, "a record, then r:, w: and m: with letters of OSZAPC or 'all', semicolons between");
        }

        (SemanticsKind kind, string value, string flagBits, string method) = Semantics(syntax, flags, shapes, facts, problems);
        List<(string Name, Condition? Condition)> names = Names(syntax.Operation, facts, problems);
        if (problems.Count > before)
        {
            return [];
        }

        string file = Path.GetFileName(path);
        return names.Select(name => new RowModel(
            name.Name, isCode, name.Condition, shapes, sizes, WithCondition(flags, name.Condition), rules, kind, value, flagBits, method, file));
    }

    public static EquatableArray<Shape> Shapes(Cell cell, ProblemList problems)
    {
        if (cell.Text is "*" or "-")
        {
            return default;
        }

        List<Shape> shapes = [];
        foreach (Cell word in cell.Split(','))
        {
            if (Shape.IsShape(word.Text))
            {
                shapes.Add(new Shape(word.Text));
            }
            else
            {
                problems.Add(Descriptors.BadShape, word, word.Text, "one letter an operand, of r m i c j, at most one m");
            }
        }

        return shapes.ToEquatableArray();
    }

    public static EquatableArray<OperandSize> Sizes(Cell cell, ProblemList problems)
    {
        if (cell.Text == "-")
        {
            return default;
        }

        List<OperandSize> sizes = [];
        foreach (Cell word in cell.Split(','))
        {
            if (OperandSize.TryParse(word.Text, out OperandSize size))
            {
                sizes.Add(size);
            }
            else
            {
                problems.Add(Descriptors.BadSize, word, word.Text);
            }
        }

        return sizes.ToEquatableArray();
    }

    public static EquatableArray<string> ReadRules(Cell cell, ProblemList problems)
    {
        if (cell.Text == "-")
        {
            return default;
        }

        List<string> rules = [];
        foreach (Cell word in cell.Split(','))
        {
            if (Rules.All.Contains(word.Text))
            {
                rules.Add(word.Text);
            }
            else
            {
                problems.Add(Descriptors.UnknownRule, word, word.Text, Suggestion.For(word.Text, Rules.All));
            }
        }

        return rules.ToEquatableArray();
    }

    /// <summary>True for <c>helper M</c>, <c>handler M</c> and <c>function M</c>; any other text is statements.</summary>
    private static bool NamesMethod(RowSyntax syntax) => MethodWords.Any(word => syntax.Semantics.Text.StartsWith(word, StringComparison.Ordinal));

    private static FlagModel WithCondition(FlagModel flags, Condition? condition) =>
        condition is null ? flags : flags with { Read = flags.Read | condition.Reads };

    private static List<(string Name, Condition? Condition)> Names(Cell operation, ProjectFacts facts, ProblemList problems)
    {
        List<(string Name, Condition? Condition)> names = operation.Text.EndsWith(Family, StringComparison.Ordinal)
            ? [.. Condition.All.Select(condition => (operation.Text.Replace(Family, condition.Suffix), (Condition?)condition))]
            : [(operation.Text, null)];
        if (names.Find(name => facts.IsUnknownInstruction(name.Name)) is (string unknown, _))
        {
            problems.Add(Descriptors.UnknownInstruction, operation, unknown, facts.SuggestInstruction(unknown));
        }

        return names;
    }

    private static (SemanticsKind Kind, string Value, string FlagBits, string Method) Semantics(
        RowSyntax syntax, FlagModel flags, EquatableArray<Shape> shapes, ProjectFacts facts, ProblemList problems)
    {
        Cell cell = syntax.Semantics;
        if (NamesMethod(syntax))
        {
            int space = cell.Text.IndexOf(' ');
            SemanticsKind kind = cell.Text.Substring(0, space) switch
            {
                "helper" => SemanticsKind.Helper,
                "handler" => SemanticsKind.Handler,
                _ => SemanticsKind.Function,
            };
            Cell method = cell.Slice(space + 1, cell.Text.Length - space - 1);
            facts.Check(method, kind, problems);
            return (kind, "", "", method.Text);
        }

        if (shapes.Count == 0)
        {
            problems.Add(Descriptors.BadShape, syntax.Shapes, syntax.Shapes.Text, "a row with statements names its shapes");
        }

        int separator = cell.Text.IndexOf(FlagSeparator, StringComparison.Ordinal);
        string value = (separator < 0 ? cell.Text : cell.Text.Substring(0, separator)).Trim();
        string flagBits = separator < 0 ? "" : cell.Text.Substring(separator + FlagSeparator.Length).Trim();
        bool needsBits = flags.Record is FlagRecord.Bits or FlagRecord.Merge or FlagRecord.Custom;
        if (needsBits != flagBits.Length > 0)
        {
            string message = needsBits ? $"Flags '{syntax.Flags.Text}' need statements behind ';;'" : $"Statements behind ';;' need flags 'bits', 'merge' or 'custom'";
            problems.Add(Descriptors.BadSemantics, cell, message);
        }

        return (SemanticsKind.Inline, value, flagBits, "");
    }
}
