namespace VmmEngine.Cli.TableRows;

/// <summary>Something that a row may have to wait for.</summary>
/// <param name="Step">The step that waits.</param>
/// <param name="Until">What it waits for.</param>
/// <param name="HeldUpBy">Who can make it wait: lock sets of the report, or a running vCPU.</param>
internal sealed record LockWait(string Step, string Until, string HeldUpBy)
{
    private const int SetColumn = 3;

    /// <summary>Reads a row's waits out of the generated lock report.</summary>
    public static IReadOnlyList<LockWait> Of(string markdown, string row)
    {
        string[] lines = markdown.Split('\n');
        string[]? cells = lines.Select(Cells).FirstOrDefault(cells => cells.Length > SetColumn && cells[0] == row);
        if (cells is null)
        {
            return [];
        }

        return [.. lines
            .SkipWhile(line => !line.StartsWith($"## Set {cells[SetColumn]}:", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .SkipWhile(line => !line.StartsWith("|---", StringComparison.Ordinal))
            .Skip(1)
            .Select(Cells)
            .Where(step => step.Length >= 3)
            .Select(step => new LockWait(step[0], step[1], step[2]))];
    }

    // "| a | b |" has the cells a and b.
    private static string[] Cells(string line) =>
        line.StartsWith("| ", StringComparison.Ordinal) ? line.Trim('|').Split(" | ", StringSplitOptions.TrimEntries) : [];
}
