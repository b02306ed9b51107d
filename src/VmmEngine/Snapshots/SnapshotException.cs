namespace VmmEngine.Snapshots;

/// <summary>A snapshot cannot be written or used. The message is one line for people: what is the matter, and where it helps, what to do about it.</summary>
public sealed class SnapshotException : Exception
{
    /// <summary>With a message for people.</summary>
    public SnapshotException(string message)
        : base(message)
    {
    }

    /// <summary>With a message for people, and what went wrong underneath.</summary>
    public SnapshotException(string message, Exception? inner)
        : base(message, inner)
    {
    }

    /// <summary>Without a message.</summary>
    public SnapshotException()
    {
    }
}
