namespace VmmEngine.Conformance.Clients;

/// <summary>The error numbers that the devices answer: the same on FreeBSD and OpenBSD. Linux numbers those from EALREADY on differently.</summary>
internal static class Errors
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EIO = 5;
    public const int ENXIO = 6;
    public const int EBADF = 9;
    public const int ENOMEM = 12;
    public const int EACCES = 13;
    public const int EFAULT = 14;
    public const int EBUSY = 16;
    public const int EEXIST = 17;
    public const int EINVAL = 22;
    public const int ENOTTY = 25;
    public const int ENOSPC = 28;
    public const int ERANGE = 34;
    public const int EALREADY = 37;
    public const int ENAMETOOLONG = 63;
    public const int ENOSYS = 78;

    /// <summary>The number's name, for people.</summary>
    public static string NameOf(int error) => error switch
    {
        0 => "success",
        EPERM => nameof(EPERM),
        ENOENT => nameof(ENOENT),
        EIO => nameof(EIO),
        ENXIO => nameof(ENXIO),
        EBADF => nameof(EBADF),
        ENOMEM => nameof(ENOMEM),
        EACCES => nameof(EACCES),
        EFAULT => nameof(EFAULT),
        EBUSY => nameof(EBUSY),
        EEXIST => nameof(EEXIST),
        EINVAL => nameof(EINVAL),
        ENOTTY => nameof(ENOTTY),
        ENOSPC => nameof(ENOSPC),
        ERANGE => nameof(ERANGE),
        EALREADY => nameof(EALREADY),
        ENAMETOOLONG => nameof(ENAMETOOLONG),
        ENOSYS => nameof(ENOSYS),
        _ => $"error {error}",
    };
}
