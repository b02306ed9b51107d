namespace VmmEngine.Abi.FreeBsd;

/// <summary>
/// Error numbers as FreeBSD numbers them; the vmm interfaces return these, whatever the host's own numbers are.
/// From EALREADY upwards Linux uses other numbers for the same names.
/// </summary>
public static class Errno
{
    /// <summary>
    /// Kernel-internal: the system call starts again, or becomes EINTR when the signal's disposition says so.
    /// Never reaches a client as a number.
    /// </summary>
    public const int ERESTART = -1;

    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int ENXIO = 6;
    public const int EBADF = 9;
    public const int ENOMEM = 12;
    public const int EACCES = 13;
    public const int EFAULT = 14;
    public const int EBUSY = 16;
    public const int EEXIST = 17;
    public const int ENODEV = 19;
    public const int EINVAL = 22;
    public const int ENOTTY = 25;
    public const int ENOSPC = 28;
    public const int ERANGE = 34;
    public const int EALREADY = 37;
    public const int EOPNOTSUPP = 45;
    public const int ENAMETOOLONG = 63;

    /// <summary>No vmm command of FreeBSD answers this; the engine does, for a row whose handler does not exist.</summary>
    public const int ENOSYS = 78;

    public const int ENOTCAPABLE = 93;
}
