using VmmEngine.Devices;
using VmmEngine.Locks;

namespace VmmEngine.OpenBsd;

/// <summary>
/// One thread's way into a device: as <see cref="VmmHandle.Ioctl"/>, without renting a line for every command. For one thread at a time.
/// </summary>
public sealed unsafe class DeviceCaller : IDisposable
{
    private readonly VmmHandle _handle;
    private readonly Credential? _credential;
    private CallerLine* _line;

    internal DeviceCaller(VmmHandle handle, Credential? credential)
    {
        _handle = handle;
        _credential = credential;
        _line = handle.Host.Memory.RentLine();
    }

    /// <summary>Executes a command on the handle, on behalf of this caller's credential, or of the handle's if it has none of its own.</summary>
    /// <returns>0 or an OpenBSD errno, as <see cref="VmmHandle.Ioctl"/>.</returns>
    /// <exception cref="ObjectDisposedException">The line has been given back.</exception>
    public int Ioctl(uint command, void* argument)
    {
        ObjectDisposedException.ThrowIf(_line == null, this);
        return _handle.Execute(_credential ?? _handle.Credential, _line, command, argument);
    }

    /// <summary>Gives the line back.</summary>
    public void Dispose()
    {
        if (_line != null)
        {
            LockMemory.ReturnLine(_line);
            _line = null;
            GC.KeepAlive(_handle.Host); // owns the line's memory
        }
    }
}
