namespace VmmEngine.Platform;

/// <summary>Where the bytes go that a guest sends.</summary>
public abstract class SerialSink
{
    private Action? _ready;

    /// <summary>Takes a byte. Called by vCPU threads, one at a time for a device: must not throw, block or allocate.</summary>
    /// <returns>False if there is no room: the device offers the byte again after <see cref="OnReady"/>.</returns>
    public abstract bool TryWrite(byte value);

    /// <summary>There is room again. The sink calls it on any thread, with no lock of its own held.</summary>
    protected void OnReady() => Volatile.Read(ref _ready)?.Invoke();

    /// <summary>Tells the device that waits for room. A sink serves one device.</summary>
    internal void Connect(Action ready) => Volatile.Write(ref _ready, ready);
}
