namespace VmmEngine.Abi.Tests.Constants;

public sealed class ErrnoTests
{
    [Fact]
    public void FreeBsdsNumbersAreItsOwn()
        => Assert.Equal(
            [
                ("ERESTART", -1), ("EPERM", 1), ("ENOENT", 2), ("EINTR", 4), ("EIO", 5), ("ENXIO", 6), ("EBADF", 9), ("ENOMEM", 12),
                ("EACCES", 13), ("EFAULT", 14), ("EBUSY", 16), ("EEXIST", 17), ("ENODEV", 19), ("EINVAL", 22), ("ENOTTY", 25),
                ("ENOSPC", 28), ("ERANGE", 34), ("EALREADY", 37), ("EOPNOTSUPP", 45), ("ENAMETOOLONG", 63), ("ENOSYS", 78),
                ("ENOTCAPABLE", 93),
            ],
            AbiTypes.Constants(typeof(FreeBsd.Errno)));

    [Fact]
    public void OpenBsdsNumbersAreItsOwn()
        => Assert.Equal(
            [
                ("ERESTART", -1), ("EPERM", 1), ("ENOENT", 2), ("EINTR", 4), ("EIO", 5), ("ENXIO", 6), ("EBADF", 9), ("ENOMEM", 12),
                ("EFAULT", 14), ("EBUSY", 16), ("ENODEV", 19), ("EINVAL", 22), ("ENOTTY", 25), ("ENOSYS", 78),
            ],
            AbiTypes.Constants(typeof(OpenBsd.Errno)));
}
