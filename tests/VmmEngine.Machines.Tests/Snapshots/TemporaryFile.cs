namespace VmmEngine.Machines.Tests.Snapshots;

/// <summary>A name for a file that is deleted in the end.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("snapshot");

    /// <summary>The file, which does not exist yet.</summary>
    public string Path => System.IO.Path.Combine(_directory.FullName, "machine.snapshot");

    public void Dispose() => _directory.Delete(recursive: true);
}
