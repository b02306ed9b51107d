using VmmEngine.Generators.Emit;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.X86.Model;

namespace VmmEngine.Generators.X86.Emit;

/// <summary>A file an operation: its handlers fused with a conditional jump.</summary>
internal static class PairEmitter
{
    public static GeneratedFile Emit(string operation, EquatableArray<PairModel> pairs)
    {
        CodeWriter writer = X86File.Start("fused.pairs");
        (PairModel Pair, Variant Variant, Condition Condition)[] all =
            [.. from pair in pairs from variant in Variants(pair) from condition in pair.Conditions select (pair, variant, condition)];

        X86File.OpenClass(writer, ClassName(operation), $"Handlers of {operation} and the conditional jump behind it.");
        writer.Line("/// <summary>The handler of a variant and, in the four lowest bits, a condition, or null if there is none.</summary>");
        writer.Line("public static delegate*<Cpu*, MicroOp*, void> Find(uint key) => key switch");
        writer.Open();
        foreach ((_, Variant variant, Condition condition) in all)
        {
            writer.Line($"0x{(variant.Key << 4) | (uint)condition.Code:X} => &{Name(operation, variant, condition)},");
        }

        writer.Line("_ => null,");
        writer.Close(";");
        writer.Line();
        foreach ((PairModel pair, Variant variant, Condition condition) in all)
        {
            string expression = FusedCondition.Expression(pair.Row.Flags.Record, condition, variant.Size.Left)!;
            new HandlerEmitter(writer, pair.Row, variant).EmitPair(Name(operation, variant, condition), condition, expression);
        }

        writer.Close();
        return new GeneratedFile($"Pairs/{operation}.g.cs", writer.ToString());
    }

    /// <summary>The dispatch from the first instruction's mnemonic to its pairs.</summary>
    public static GeneratedFile EmitSelection(EquatableArray<PairModel> pairs)
    {
        CodeWriter writer = X86File.Start("fused.pairs");
        X86File.OpenClass(writer, "PairTable", "Which operations are fused with the conditional jump behind them.");
        writer.Line("/// <summary>The fused handler of a variant and a condition (0 to 15), or null if there is none.</summary>");
        writer.Line("public static delegate*<Cpu*, MicroOp*, void> Find(Mnemonic mnemonic, uint variant, int condition) => mnemonic switch");
        writer.Open();
        foreach (string operation in pairs.Select(pair => pair.Row.Operation).Distinct())
        {
            writer.Line($"Mnemonic.{operation} => {ClassName(operation)}.Find((variant << 4) | (uint)condition),");
        }

        writer.Line("_ => null,");
        writer.Close(";");
        writer.Close();
        return new GeneratedFile("PairTable.g.cs", writer.ToString());
    }

    private static string ClassName(string operation) => operation + "Pairs";

    private static string Name(string operation, Variant variant, Condition condition) => $"{operation}{variant.Name}J{condition.Suffix}";

    /// <summary>Flags are always recorded: behind the jump is a block's end, where an interrupt may look at them.</summary>
    private static IEnumerable<Variant> Variants(PairModel pair)
    {
        foreach (OperandSize size in pair.Sizes)
        {
            if (!pair.Shape.HasMemory)
            {
                yield return new Variant(pair.Shape, size, Addressing.None, false, FlagVariant.All);
                continue;
            }

            if (pair.Base)
            {
                yield return new Variant(pair.Shape, size, Addressing.Base, false, FlagVariant.All);
            }

            if (pair.Index)
            {
                yield return new Variant(pair.Shape, size, Addressing.Index, false, FlagVariant.All);
            }

            yield return new Variant(pair.Shape, size, Addressing.Linear, false, FlagVariant.All);
        }
    }
}
