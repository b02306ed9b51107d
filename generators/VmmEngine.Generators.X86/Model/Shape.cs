namespace VmmEngine.Generators.X86.Model;

/// <summary>The kinds of a form's operands, one letter each, none for none: r register, m memory, i immediate, c the register CL, j the target of a near branch.</summary>
internal sealed record Shape(string Letters)
{
    private const string Known = "rmicj";

    public bool HasMemory => MemoryOperand >= 0;

    /// <summary>Which operand is in memory, or -1.</summary>
    public int MemoryOperand => Letters.IndexOf('m');

    /// <summary>True if the count or third operand is CL.</summary>
    public bool HasCount => Letters.Contains('c');

    /// <summary>Three bits an operand, first one lowest: what the selection computes from a decoded instruction.</summary>
    public int Key
    {
        get
        {
            int key = 0;
            for (int i = 0; i < Letters.Length; i++)
            {
                key |= (Known.IndexOf(Letters[i]) + 1) << (3 * i);
            }

            return key;
        }
    }

    public static bool IsShape(string letters) =>
        letters.Length is > 0 and <= 3
        && letters.All(letter => Known.Contains(letter))
        && letters.Count(letter => letter == 'm') <= 1
        && letters[0] is 'r' or 'm' or 'i' or 'j';

    public char At(int operand) => operand < Letters.Length ? Letters[operand] : '\0';
}
