namespace VmmEngine.Generators.X86.Model;

/// <summary>Bits of the first operand and of the second one.</summary>
internal readonly record struct OperandSize(int Left, int Right)
{
    public static string TypeOf(int bits) => bits switch { 8 => "byte", 16 => "ushort", 32 => "uint", _ => "ulong" };

    public static string SignedTypeOf(int bits) => bits switch { 8 => "sbyte", 16 => "short", 32 => "int", _ => "long" };

    /// <summary>0 to 3.</summary>
    public static int Log2(int bits) => bits switch { 8 => 0, 16 => 1, 32 => 2, _ => 3 };

    public static bool TryParse(string word, out OperandSize size)
    {
        string[] parts = word.Split(':');
        size = default;
        if (parts.Length > 2 || !TryBits(parts[0], out int left) || !TryBits(parts[parts.Length - 1], out int right))
        {
            return false;
        }

        size = new OperandSize(left, right);
        return true;
    }

    public override string ToString() => Left == Right ? $"{Left}" : $"{Left}:{Right}";

    private static bool TryBits(string word, out int bits)
    {
        bits = word switch { "8" => 8, "16" => 16, "32" => 32, "64" => 64, _ => 0 };
        return bits != 0;
    }
}
