namespace VmmEngine.Abi.OpenBsd;

/// <summary>
/// Error numbers as OpenBSD numbers them; the vmm interface returns these, whatever the host's own numbers are.
/// All but ENOSYS are Linux's too.
/// </summary>
public static class Errno
{
    /// <summary>Kernel-internal: the system call starts again, or becomes EINTR. Never reaches a client as a number.</summary>
    public const int ERESTART = -1;

    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int ENXIO = 6;
    public const int EBADF = 9;
    public const int ENOMEM = 12;
    public const int EFAULT = 14;
    public const int EBUSY = 16;
    public const int ENODEV = 19;
    public const int EINVAL = 22;
    public const int ENOTTY = 25;

    /// <summary>What a process filter answers in place of killing; the engine answers it also for a row without a handler.</summary>
    public const int ENOSYS = 78;
}
