namespace VmmEngine.Ratios.Native;

/// <summary>Programs of this machine.</summary>
internal static class SearchPath
{
    /// <summary>The first program of that name on the search path; null if there is none.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);
}
