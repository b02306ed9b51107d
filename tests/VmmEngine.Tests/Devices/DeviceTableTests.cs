using VmmEngine.Devices;
using Xunit;

namespace VmmEngine.Tests.Devices;

public sealed unsafe class DeviceTableTests : IDisposable
{
    private const int EPERM = 1;
    private const int ENOENT = 2;
    private const int EBADF = 9;
    private const int EFAULT = 14;
    private const int ENOTTY = 25;

    private readonly FakeDevice _device = new("/dev/a");
    private readonly DeviceTable _table;

    public DeviceTableTests() => _table = new DeviceTable(_device, new FakeDevice("/dev/b", EPERM), new FakeDevice("/dev/b"));

    [Fact]
    public void AnUnknownPathIsNoDevice()
    {
        Assert.Equal(ENOENT, _table.Open("/dev/c", OpenMode.ReadWrite, Credential.Superuser, out int number));
        Assert.Equal(-1, number);
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void TheFirstDirectoryThatKnowsThePathDecides() =>
        Assert.Equal(EPERM, _table.Open("/dev/b", OpenMode.ReadWrite, Credential.Superuser, out _));

    [Fact]
    public void NumbersAreNeverReused()
    {
        int first = Open();
        Assert.Equal(0, _table.Close(first));
        Assert.True(Open() > first);
    }

    [Fact]
    public void ACommandReachesItsHandle() => Assert.Equal(5, _table.Ioctl(Open(), 5, null));

    [Fact]
    public void AClosedNumberIsBadAfterTheChecksOfTheWord()
    {
        int number = Open();
        _table.Close(number);

        Assert.Equal(EBADF, _table.Ioctl(number, 0x2000_7605, null));
        Assert.Equal(EFAULT, _table.Ioctl(number, 0x8004_7604, null));
        Assert.Equal(ENOTTY, _table.Ioctl(number, 0x0000_7604, null));
        Assert.Equal(EBADF, _table.Close(number));
        Assert.Equal(EBADF, _table.Duplicate(number, out int duplicate));
        Assert.Equal(-1, duplicate);
    }

    [Theory]
    [InlineData(0x2000_7605u)]
    [InlineData(0x8004_7604u)]
    [InlineData(0x0000_7604u)]
    public void ASystemThatLooksForTheFileFirstKnowsNothingElseOfAClosedNumber(uint command)
    {
        FakeDevice fileFirst = new("/dev/f") { JudgesCommandBeforeFile = false };
        using DeviceTable table = new(fileFirst, _device);
        Assert.Equal(EBADF, table.Ioctl(3, command, null));
    }

    [Fact]
    public void AnOpenFileEndsWithTheLastOfItsNumbers()
    {
        int number = Open();
        Assert.Equal(0, _table.Duplicate(number, out int duplicate));

        _table.Close(number);
        Assert.Equal(0, _device.Closes);
        Assert.Equal(7, _table.Ioctl(duplicate, 7, null));

        _table.Close(duplicate);
        Assert.Equal(1, _device.Closes);
    }

    [Fact]
    public void TheEndOfAProcessClosesEverythingOnce()
    {
        Open();
        _table.Duplicate(Open(), out _);

        _table.Dispose();
        Assert.Equal(2, _device.Closes);
        Assert.Equal(0, _table.Count);
    }

    public void Dispose() => _table.Dispose();

    private int Open()
    {
        Assert.Equal(0, _table.Open("/dev/a", OpenMode.ReadWrite, Credential.Superuser, out int number));
        return number;
    }
}
