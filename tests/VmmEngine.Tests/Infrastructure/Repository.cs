namespace VmmEngine.Tests.Infrastructure;

/// <summary>Where this repository lies: the nearest folder with the solution, above the built tests.</summary>
internal static class Repository
{
    public static readonly string Root = Find();

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "VmmEngine.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("No VmmEngine.sln above the tests.");
    }
}
