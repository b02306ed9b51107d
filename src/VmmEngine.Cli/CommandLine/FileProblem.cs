namespace VmmEngine.Cli.CommandLine;

/// <summary>What keeps a file from being read or written, in a few words that do not repeat its name.</summary>
internal static class FileProblem
{
    /// <summary>Whether an exception of opening, reading or writing is the file's fault.</summary>
    public static bool IsOne(Exception error) => error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>Says it.</summary>
    public static string Describe(string file, Exception error) => error switch
    {
        _ when file.Length == 0 => "it has no name",
        _ when Directory.Exists(file) => "it is a folder",
        FileNotFoundException => "there is no such file",
        DirectoryNotFoundException => "there is no such folder",
        UnauthorizedAccessException => "permission is denied",
        _ => error.Message.ReplaceLineEndings(" "),
    };
}
