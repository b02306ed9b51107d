namespace VmmEngine.Generators.Model;

/// <summary>
/// A multiplier that gives every command word a slot of its own: slot = (word * multiplier) >> shift, in 32 bits.
/// </summary>
internal sealed record PerfectHash(uint Multiplier, int SlotBits)
{
    public const int MaximumSlots = 1 << MaximumSlotBits;

    private const int MinimumSlotBits = 8;
    private const int MaximumSlotBits = 12;

    /// <summary>Some 70 words need about 7,000 attempts in 256 slots; far fewer once the slots are doubled.</summary>
    private const int AttemptsPerSize = 1 << 17;

    public int Slots => 1 << SlotBits;

    public int Shift => 32 - SlotBits;

    /// <summary>Searches in a fixed order, so that the same words always give the same answer. Null if there is none within bounds.</summary>
    public static PerfectHash? Find(EquatableArray<uint> words, CancellationToken cancellation)
    {
        for (int slotBits = MinimumSlotBits; slotBits <= MaximumSlotBits; slotBits++)
        {
            if (words.Count > 1 << slotBits)
            {
                continue;
            }

            int[] lastUse = new int[1 << slotBits];
            uint state = 1;
            for (int attempt = 1; attempt <= AttemptsPerSize; attempt++)
            {
                cancellation.ThrowIfCancellationRequested();
                state = Next(state);
                PerfectHash candidate = new(state | 1, slotBits);
                if (Separates(candidate, words, lastUse, attempt))
                {
                    return candidate;
                }
            }
        }

        return null;
    }

    public int Slot(uint word) => (int)(unchecked(word * Multiplier) >> Shift);

    private static bool Separates(PerfectHash candidate, EquatableArray<uint> words, int[] lastUse, int attempt)
    {
        for (int i = 0; i < words.Count; i++)
        {
            ref int use = ref lastUse[candidate.Slot(words[i])];
            if (use == attempt)
            {
                return false;
            }

            use = attempt;
        }

        return true;
    }

    /// <summary>Xorshift with a full period over all nonzero 32-bit numbers.</summary>
    private static uint Next(uint state)
    {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return state;
    }
}
