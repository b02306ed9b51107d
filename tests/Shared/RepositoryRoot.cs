namespace VmmEngine.Tests.Shared;

/// <summary>Where the working copy lies that the tests were built from: the nearest folder with the solution, above the built tests.</summary>
internal static class RepositoryRoot
{
    private const string Solution = "VmmEngine.sln";

    public static readonly string Folder = Find();

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, Solution)))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds {Solution}.");
    }
}
