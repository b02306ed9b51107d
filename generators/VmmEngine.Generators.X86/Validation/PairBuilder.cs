using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;
using VmmEngine.Generators.X86.Emit;
using VmmEngine.Generators.X86.Model;
using VmmEngine.Generators.X86.Parsing;

namespace VmmEngine.Generators.X86.Validation;

/// <summary>Builds fused pairs from their rows and the operations' rows.</summary>
internal static class PairBuilder
{
    public static IEnumerable<PairModel> Build(PairSyntax syntax, List<RowModel> rows, ProblemList problems)
    {
        int before = problems.Count;
        EquatableArray<Shape> shapes = RowBuilder.Shapes(syntax.Shapes, problems);
        EquatableArray<OperandSize> sizes = RowBuilder.Sizes(syntax.Sizes, problems);
        EquatableArray<string> rules = RowBuilder.ReadRules(syntax.Rules, problems);
        List<Condition> conditions = [];
        List<PairModel> pairs = [];
        foreach (Cell word in syntax.Conditions.Split(','))
        {
            Condition? condition = Condition.All.FirstOrDefault(candidate => candidate.Suffix == word.Text);
            FlagRecord record = rows.Find(row => row.Operation == syntax.Operation.Text)?.Flags.Record ?? FlagRecord.Sub;
            if (condition is null || FusedCondition.Expression(record, condition, 32) is null)
            {
                problems.Add(Descriptors.BadCondition, word, word.Text, syntax.Operation.Text);
            }
            else
            {
                conditions.Add(condition);
            }
        }

        foreach (Shape shape in shapes)
        {
            foreach (OperandSize size in sizes)
            {
                RowModel? row = rows.Find(row => row.Operation == syntax.Operation.Text && row.Kind == SemanticsKind.Inline && row.Shapes.Contains(shape) && row.Sizes.Contains(size));
                if (row is null)
                {
                    problems.Add(Descriptors.UnknownPair, syntax.Operation, $"{syntax.Operation.Text} {shape.Letters}, {size}");
                }
                else
                {
                    pairs.Add(new PairModel(
                        row, shape, new[] { size }.ToEquatableArray(), conditions.ToEquatableArray(), rules.Contains(Rules.Base), rules.Contains(Rules.Index)));
                }
            }
        }

        return problems.Count > before ? [] : pairs;
    }
}
