using VmmEngine.Generators.X86.Model;

namespace VmmEngine.Generators.X86.Emit;

/// <summary>A condition as a comparison of the operands that the operation before the jump still holds.</summary>
internal static class FusedCondition
{
    /// <summary>The C# expression over <c>a</c>, <c>b</c> and <c>r</c>, or null if the operation does not tell.</summary>
    public static string? Expression(FlagRecord record, Condition condition, int bits)
    {
        string signed = OperandSize.SignedTypeOf(bits);
        string? positive = (record, condition.Test) switch
        {
            (FlagRecord.Sub, "Equal") => "a == b",
            (_, "Equal") => "r == 0",
            (_, "Sign") => $"({signed})r < 0",
            (FlagRecord.Sub, "Below") => "a < b",
            (FlagRecord.Sub, "BelowOrEqual") => "a <= b",
            (FlagRecord.Sub, "Less") => $"({signed})a < ({signed})b",
            (FlagRecord.Sub, "LessOrEqual") => $"({signed})a <= ({signed})b",
            (FlagRecord.Dec, "Less") => $"({signed})a < 1",
            (FlagRecord.Dec, "LessOrEqual") => $"({signed})a <= 1",
            (FlagRecord.Add, "Below") => "r < a",
            (FlagRecord.Logic, "Less") => $"({signed})r < 0",
            (FlagRecord.Logic, "LessOrEqual") => $"({signed})r <= 0",
            _ => null,
        };
        return positive is null ? null : condition.Negated ? $"!({positive})" : positive;
    }
}
