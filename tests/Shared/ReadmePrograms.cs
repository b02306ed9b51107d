using Xunit;

namespace VmmEngine.Tests.Shared;

/// <summary>The programs of the README, and the tests that hold them: between two marks, indented as a method's body.</summary>
internal static class ReadmePrograms
{
    private const string BeginMark = "// README: begin\n";
    private const string EndMark = "// README: end";
    private const int Indentation = 8;

    /// <summary>All C# of the README, a text a program, in the order of the page.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. File.ReadAllText(Path.Combine(RepositoryRoot.Folder, "README.md"))
            .Split("```csharp\n").Skip(1).Select(block => block[..block.IndexOf("\n```", StringComparison.Ordinal)]),
    ];

    /// <summary>Asserts that the README shows what stands between the marks in a test's source.</summary>
    public static void AssertShown(string project, string file = "ReadmeTests.cs")
    {
        string source = File.ReadAllText(Path.Combine(RepositoryRoot.Folder, "tests", project, file));
        int begin = source.IndexOf(BeginMark, StringComparison.Ordinal) + BeginMark.Length;
        int end = source.IndexOf(EndMark, StringComparison.Ordinal);
        IEnumerable<string> lines = source[begin..end].TrimEnd().Split('\n').Select(line => line.Length >= Indentation ? line[Indentation..] : line);

        Assert.Contains(string.Join('\n', lines), All);
    }
}
