namespace VmmEngine.Exploration;

/// <summary>One word of shared memory.</summary>
internal sealed class Variable(string name, ulong initial, int width, bool restored)
{
    public string Name { get; } = name;

    /// <summary>The value in memory when the world was sealed.</summary>
    public ulong Initial { get; } = initial;

    /// <summary>Bytes: 4 or 8.</summary>
    public int Width { get; } = width;

    /// <summary>Whether every complete schedule must leave it as it was.</summary>
    public bool Restored { get; } = restored;
}
