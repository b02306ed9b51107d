namespace VmmEngine.OpenBsd;

/// <summary>The VMs whose life is tied to one open file. May be used from any thread; its lock is innermost.</summary>
internal sealed class VmOwner
{
    private readonly Lock _lock = new();
    private readonly HashSet<uint> _ids = [];
    private bool _closed;

    /// <summary>Ties a listed VM to the file; false if the file has been closed meanwhile.</summary>
    public bool TryAdd(uint id)
    {
        lock (_lock)
        {
            if (!_closed)
            {
                _ids.Add(id);
            }

            return !_closed;
        }
    }

    /// <summary>Forgets a VM that has ended.</summary>
    public void Remove(uint id)
    {
        lock (_lock)
        {
            _ids.Remove(id);
        }
    }

    /// <summary>Closes; from now on nothing can be tied. Returns what is left to end.</summary>
    public uint[] Close()
    {
        lock (_lock)
        {
            _closed = true;
            return [.. _ids];
        }
    }
}
