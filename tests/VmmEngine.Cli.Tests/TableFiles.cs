using VmmEngine.Tests.Shared;

namespace VmmEngine.Cli.Tests;

/// <summary>The tables of the repository, read only as far as needed to know which rows there are.</summary>
internal static class TableFiles
{
    private static readonly string[] Directions = ["IO", "IOR", "IOW", "IOWR", "IOWINT", "-"];

    /// <summary>Table and name of each row, in the order of the files; operations apart.</summary>
    public static IReadOnlyList<(string Table, string Name, bool IsOperation)> Rows { get; } = [.. Read()];

    private static IEnumerable<(string Table, string Name, bool IsOperation)> Read()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(RepositoryRoot.Folder, "tables"), "*.ioctls", SearchOption.AllDirectories))
        {
            string[][] lines = [.. File.ReadLines(file)
                .Select(line => line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(words => words.Length > 0)];
            string table = lines.First(words => words[0] == "table")[1];
            foreach (string[] words in lines.Where(words => words.Length >= 6 && Directions.Contains(words[2])))
            {
                yield return (table, words[0], words[2] == "-");
            }
        }
    }
}
