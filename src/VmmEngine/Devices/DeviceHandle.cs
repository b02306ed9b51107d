namespace VmmEngine.Devices;

/// <summary>One open file of a device. As many descriptors as are asked for share it; it ends with the last.</summary>
public abstract unsafe class DeviceHandle
{
    private const int EBADF = 9; // the same in both systems

    private int _descriptors = 1;

    /// <summary>
    /// Executes a command. May be called by any number of threads at once.
    /// </summary>
    /// <param name="command">The full command word.</param>
    /// <param name="argument">The command's argument struct: read once before, and written only after, a command that succeeds.</param>
    /// <returns>0 or an errno of the interface's own system; EBADF once the file is closed.</returns>
    public abstract int Ioctl(uint command, void* argument);

    /// <summary>Closes one descriptor. The last one closes the open file; commands that are inside go on to their end.</summary>
    /// <returns>0, or EBADF if all descriptors are closed already.</returns>
    public int Close()
    {
        if (!TryChange(-1, out int left))
        {
            return EBADF;
        }

        if (left == 0)
        {
            OnClose();
        }

        return 0;
    }

    /// <summary>Adds a descriptor of the same open file, as dup(2) does.</summary>
    /// <returns>0, or EBADF if the file is closed.</returns>
    public int Duplicate() => TryChange(+1, out _) ? 0 : EBADF;

    /// <summary>The last close of the open file. Called once; commands that other threads have begun may still be inside.</summary>
    protected internal abstract void OnClose();

    // A file whose count has reached 0 stays closed.
    private bool TryChange(int delta, out int changed)
    {
        int seen = Volatile.Read(ref _descriptors);
        while (seen != 0)
        {
            changed = seen + delta;
            int found = Interlocked.CompareExchange(ref _descriptors, changed, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        changed = 0;
        return false;
    }
}
