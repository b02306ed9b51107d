namespace VmmEngine.Devices;

/// <summary>One open file of a device.</summary>
public abstract unsafe class DeviceHandle
{
    /// <summary>
    /// Executes a command. May be called by any number of threads at once.
    /// </summary>
    /// <param name="command">The full command word.</param>
    /// <param name="argument">The command's argument struct: read once before, and written only after, a command that succeeds.</param>
    /// <returns>0 or an errno of the interface's own system.</returns>
    public abstract int Ioctl(uint command, void* argument);

    /// <summary>The last close of the open file. Called once, when no call on this handle begins any more.</summary>
    protected internal abstract void OnClose();
}
