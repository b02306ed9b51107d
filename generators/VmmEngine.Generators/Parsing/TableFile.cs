namespace VmmEngine.Generators.Parsing;

/// <summary>A table as it arrived: where from, and its whole text.</summary>
internal sealed record TableFile(string Path, string Text)
{
    /// <summary>The file name with the folder it lies in, which is how generated code names its source: <c>freebsd/vm.ioctls</c>.</summary>
    public static string ShortName(string path)
    {
        string[] parts = path.Split('/', '\\');
        return parts.Length < 2 ? path : parts[parts.Length - 2] + "/" + parts[parts.Length - 1];
    }
}
