using System.Collections.Concurrent;

namespace VmmEngine.Devices;

/// <summary>Opens a device by its path, as a system's open(2) does for one process.</summary>
public interface IDeviceDirectory
{
    /// <summary>
    /// True if the system judges a command's word and argument before it looks for the open file, as FreeBSD does; false if it looks for
    /// the file first, as OpenBSD does.
    /// </summary>
    bool JudgesCommandBeforeFile { get; }

    /// <summary>Opens a device.</summary>
    /// <param name="path">The whole path, such as <c>/dev/vmmctl</c>.</param>
    /// <param name="mode">What for.</param>
    /// <param name="credential">On whose behalf.</param>
    /// <param name="handle">The open file, if the result is 0.</param>
    /// <returns>0 or an errno of the interface's own system; ENOENT if the path is none of this directory's.</returns>
    int Open(string path, OpenMode mode, Credential credential, out DeviceHandle? handle);
}

/// <summary>
/// The device interface by numbers: open, ioctl and close with small integers for open files, as a C program sees it.
/// </summary>
/// <remarks>
/// All members may be called from any thread. Numbers are given out in ascending order and never reused. A process belongs to one system:
/// if the directories belong to several, a number that is not open is answered as by the first one's.
/// </remarks>
public sealed unsafe class DeviceTable(params IReadOnlyList<IDeviceDirectory> directories) : IDisposable
{
    private const int ENOENT = 2; // these two have the same number in both systems
    private const int EBADF = 9;

    private readonly ConcurrentDictionary<int, DeviceHandle> _handles = new();
    private int _lastNumber = 2;

    /// <summary>How many numbers are open.</summary>
    public int Count => _handles.Count;

    /// <summary>Opens a device in the first directory that knows the path.</summary>
    /// <returns>0 or an errno; <paramref name="number"/> is -1 on error.</returns>
    public int Open(string path, OpenMode mode, Credential credential, out int number)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(credential);

        number = -1;
        foreach (IDeviceDirectory directory in directories)
        {
            int error = directory.Open(path, mode, credential, out DeviceHandle? handle);
            if (error == 0)
            {
                number = Add(handle!);
                return 0;
            }

            if (error != ENOENT)
            {
                return error;
            }
        }

        return ENOENT;
    }

    /// <summary>Executes a command on an open file.</summary>
    /// <returns>0 or an errno; EBADF for a number that is not open, unless the system finds fault with the command before that.</returns>
    public int Ioctl(int number, uint command, void* argument)
    {
        if (_handles.TryGetValue(number, out DeviceHandle? handle))
        {
            return handle.Ioctl(command, argument);
        }

        int error = directories is [{ JudgesCommandBeforeFile: true }, ..] ? BsdIoctl.Check(command, argument) : 0;
        return error != 0 ? error : EBADF;
    }

    /// <summary>Makes another number for the same open file, which then ends with the last of its numbers.</summary>
    /// <returns>0, or EBADF for a number that is not open; <paramref name="duplicate"/> is -1 on error.</returns>
    public int Duplicate(int number, out int duplicate)
    {
        duplicate = -1;
        if (!_handles.TryGetValue(number, out DeviceHandle? handle) || handle.Duplicate() != 0)
        {
            return EBADF;
        }

        duplicate = Add(handle);
        return 0;
    }

    /// <summary>Closes a number, and with its last number the open file.</summary>
    /// <returns>0, or EBADF for a number that is not open.</returns>
    public int Close(int number) => _handles.TryRemove(number, out DeviceHandle? handle) ? handle.Close() : EBADF;

    /// <summary>Closes everything, as a process does when it ends.</summary>
    public void Dispose()
    {
        foreach (int number in _handles.Keys)
        {
            Close(number);
        }
    }

    private int Add(DeviceHandle handle)
    {
        int number = Interlocked.Increment(ref _lastNumber);
        _handles[number] = handle;
        return number;
    }
}
