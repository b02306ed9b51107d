namespace VmmEngine.Ratios.Native;

/// <summary>A multiplier that spreads command words over a table without a collision, for the C baseline of the engine's own design.</summary>
internal static class PerfectHash
{
    private const int AttemptsPerSize = 400_000;

    /// <summary>Searches deterministically, from 256 slots upwards.</summary>
    /// <returns>The slot of a word is <c>(word * Multiplier) >> (32 - Bits)</c>, modulo 2^32.</returns>
    public static (uint Multiplier, uint Bits) Find(IReadOnlyList<uint> words)
    {
        uint candidate = 0x9E3779B1; // odd, and so is every further one
        for (uint bits = 8; bits < 16; bits++)
        {
            bool[] taken = new bool[1 << (int)bits];
            for (int attempt = 0; attempt < AttemptsPerSize; attempt++)
            {
                if (IsPerfect(words, candidate, bits, taken))
                {
                    return (candidate, bits);
                }

                candidate = (candidate * 1664525) + 1013904222;
            }
        }

        throw new InvalidOperationException("No multiplier spreads these command words.");
    }

    private static bool IsPerfect(IReadOnlyList<uint> words, uint multiplier, uint bits, bool[] taken)
    {
        Array.Clear(taken);
        foreach (uint word in words)
        {
            uint slot = (word * multiplier) >> (int)(32 - bits);
            if (taken[slot])
            {
                return false;
            }

            taken[slot] = true;
        }

        return true;
    }
}
