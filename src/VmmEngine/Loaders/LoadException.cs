namespace VmmEngine.Loaders;

/// <summary>An image cannot be loaded. The message is one line for the user: what is wrong, with which value, and what to do.</summary>
public sealed class LoadException : Exception
{
    /// <summary>Makes one without a reason.</summary>
    public LoadException()
    {
    }

    /// <summary>Makes one.</summary>
    public LoadException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a cause.</summary>
    public LoadException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
