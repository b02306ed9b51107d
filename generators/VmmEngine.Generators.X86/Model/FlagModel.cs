namespace VmmEngine.Generators.X86.Model;

/// <summary>How an operation leaves the flags for later.</summary>
internal enum FlagRecord
{
    /// <summary>It does not, or its method does.</summary>
    None,

    Add,
    Sub,
    Logic,
    Adc,
    Sbb,
    Inc,
    Dec,

    /// <summary>Result, and CF, AF and OF as bits, which the semantics compute into <c>f</c>.</summary>
    Bits,

    /// <summary>Some flags only, as bits in <c>f</c>; the others keep their values.</summary>
    Merge,

    /// <summary>The semantics record them themselves.</summary>
    Custom,
}

/// <summary>What an operation does to the status flags; masks of RFLAGS bits.</summary>
/// <param name="Record">How they are left for later.</param>
/// <param name="Read">What it needs.</param>
/// <param name="Written">What it may change or leave undefined.</param>
/// <param name="Killed">What it surely changes or leaves undefined.</param>
internal readonly record struct FlagModel(FlagRecord Record, uint Read, uint Written, uint Killed)
{
    public const uint Carry = 1;
    public const uint All = 0x8D5;
    private const string Letters = "C P A ZS   O";

    public static FlagModel None => default;

    /// <summary>Reads the column: a record, then what is read (<c>r:</c>), written (<c>w:</c>) and perhaps written (<c>m:</c>), semicolons between.</summary>
    public static bool TryParse(string text, out FlagModel flags)
    {
        FlagRecord record = FlagRecord.None;
        uint read = 0;
        uint written = 0;
        uint perhaps = 0;
        flags = default;
        if (text == "-")
        {
            return true;
        }

        foreach (string part in text.Split(';'))
        {
            bool known;
            if (part.StartsWith("r:", StringComparison.Ordinal))
            {
                known = TryMask(part.Substring(2), ref read);
            }
            else if (part.StartsWith("w:", StringComparison.Ordinal))
            {
                known = TryMask(part.Substring(2), ref written);
            }
            else if (part.StartsWith("m:", StringComparison.Ordinal))
            {
                known = TryMask(part.Substring(2), ref perhaps);
            }
            else
            {
                known = TryRecord(part, ref record, ref read, ref written);
            }

            if (!known)
            {
                return false;
            }
        }

        flags = new FlagModel(record, read, written | perhaps, written);
        return true;
    }

    /// <summary>The letters of a mask, as the table writes them.</summary>
    public static string Name(uint mask) => mask == 0 ? "-" : string.Concat("OSZAPC".Where(letter => (mask & (1u << Letters.IndexOf(letter))) != 0));

    private static bool TryMask(string letters, ref uint mask)
    {
        if (letters == "all")
        {
            mask = All;
            return true;
        }

        foreach (char letter in letters)
        {
            int bit = letter == ' ' ? -1 : Letters.IndexOf(letter);
            if (bit < 0)
            {
                return false;
            }

            mask |= 1u << bit;
        }

        return letters.Length > 0;
    }

    private static bool TryRecord(string word, ref FlagRecord record, ref uint read, ref uint written)
    {
        switch (word)
        {
            case "add": record = FlagRecord.Add; break;
            case "sub": record = FlagRecord.Sub; break;
            case "logic": record = FlagRecord.Logic; break;
            case "adc": record = FlagRecord.Adc; read |= Carry; break;
            case "sbb": record = FlagRecord.Sbb; read |= Carry; break;
            case "inc": record = FlagRecord.Inc; break;
            case "dec": record = FlagRecord.Dec; break;
            case "bits": record = FlagRecord.Bits; return true;
            case "custom": record = FlagRecord.Custom; return true;
            case "merge": record = FlagRecord.Merge; return true;
            default: return false;
        }

        written |= record is FlagRecord.Inc or FlagRecord.Dec ? All & ~Carry : All;
        return true;
    }
}
