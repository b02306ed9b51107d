namespace VmmEngine.Generators.Diagnostics;

/// <summary>"Did you mean": the nearest known word, if one is near enough.</summary>
internal static class Suggestion
{
    /// <summary>Longer words are not misspellings of anything; the distance is quadratic in the length.</summary>
    private const int LongestWord = 64;

    /// <summary>A sentence to put behind a message, beginning with a space; empty if no candidate is near.</summary>
    public static string For(string word, IEnumerable<string> candidates)
    {
        string? nearest = Nearest(word, candidates);
        return nearest is null ? "" : $" Did you mean '{nearest}'?";
    }

    private static string? Nearest(string word, IEnumerable<string> candidates)
    {
        if (word.Length > LongestWord)
        {
            return null;
        }

        string? nearest = null;
        int best = Math.Max(2, word.Length / 3) + 1;
        foreach (string candidate in candidates.Where(candidate => Math.Abs(candidate.Length - word.Length) < LongestWord))
        {
            int distance = Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < best)
            {
                best = distance;
                nearest = candidate;
            }
        }

        return nearest;
    }

    /// <summary>Levenshtein distance, one row of the matrix at a time.</summary>
    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int substitution = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
