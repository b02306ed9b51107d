namespace VmmEngine.Exploration.States;

/// <summary>A store that its own thread sees and memory has yet to take.</summary>
internal struct BufferedStore
{
    public int Variable;
    public ulong Value;
}
