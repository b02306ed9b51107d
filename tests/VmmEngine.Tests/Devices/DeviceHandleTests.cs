using VmmEngine.Devices;
using Xunit;

namespace VmmEngine.Tests.Devices;

public class DeviceHandleTests
{
    private const int EBADF = 9;

    private readonly FakeDevice _device = new("/dev/a");

    [Fact]
    public void AHandleClosesOnce()
    {
        DeviceHandle handle = Open();

        Assert.Equal(0, handle.Close());
        Assert.Equal(EBADF, handle.Close());
        Assert.Equal(1, _device.Closes);
    }

    [Fact]
    public void AClosedHandleCannotBeShared()
    {
        DeviceHandle handle = Open();
        handle.Close();

        Assert.Equal(EBADF, handle.Duplicate());
        Assert.Equal(EBADF, handle.Close());
    }

    [Fact]
    public void ManyThreadsCloseOnce()
    {
        const int Descriptors = 200;
        DeviceHandle handle = Open();
        for (int descriptor = 1; descriptor < Descriptors; descriptor++)
        {
            handle.Duplicate();
        }

        int closed = 0;
        Parallel.For(0, 2 * Descriptors, _ =>
        {
            if (handle.Close() == 0)
            {
                Interlocked.Increment(ref closed);
            }
        });

        Assert.Equal(Descriptors, closed);
        Assert.Equal(1, _device.Closes);
    }

    private DeviceHandle Open()
    {
        _device.Open("/dev/a", OpenMode.ReadWrite, Credential.Superuser, out DeviceHandle? handle);
        return handle!;
    }
}
