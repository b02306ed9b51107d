namespace VmmEngine.Cli.CommandLine;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Nearest
{
    /// <summary>" Did you mean 'X'?", or nothing if no choice is near.</summary>
    public static string Suggest(string word, IEnumerable<string> choices)
    {
        string? nearest = Find(word, choices);
        return nearest is null ? "" : $" Did you mean '{nearest}'?";
    }

    /// <summary>The choice with the fewest edits; null if more than a third of the word would have to change.</summary>
    public static string? Find(string word, IEnumerable<string> choices)
    {
        int limit = Math.Max(2, word.Length / 3);
        (string? best, int distance) = (null, limit + 1);
        foreach (string choice in choices)
        {
            int edits = Edits(word.ToUpperInvariant(), choice.ToUpperInvariant());
            if (edits < distance)
            {
                (best, distance) = (choice, edits);
            }
        }

        return best;
    }

    // Levenshtein's distance, one row of the matrix at a time.
    private static int Edits(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
