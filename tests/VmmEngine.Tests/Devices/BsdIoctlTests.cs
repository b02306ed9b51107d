using VmmEngine.Devices;
using Xunit;

namespace VmmEngine.Tests.Devices;

public unsafe class BsdIoctlTests
{
    private const int EFAULT = 14;
    private const int ENOTTY = 25;

    [Theory]
    [InlineData(0x0000_7600u)] // no direction
    [InlineData(0x0004_7600u)] // a length, but no direction
    [InlineData(0x8000_7600u)] // in, without length
    [InlineData(0x4000_7600u)] // out, without length
    [InlineData(0xC000_7600u)] // both, without length
    [InlineData(0x2008_7600u)] // void, of another length than 0 or an int's
    [InlineData(0xA008_7600u)] // void and in
    public void AMalformedWordIsNoCommand(uint command)
    {
        long argument = 0;
        Assert.Equal(ENOTTY, BsdIoctl.Check(command, &argument));
        Assert.Equal(ENOTTY, BsdIoctl.Check(command, null));
    }

    [Theory]
    [InlineData(0x8004_7604u)]
    [InlineData(0xC010_7615u)]
    [InlineData(0x9FFF_7600u)]
    public void AnArgumentToBeReadMustBeThere(uint command)
    {
        long argument = 0;
        Assert.Equal(EFAULT, BsdIoctl.Check(command, null));
        Assert.Equal(0, BsdIoctl.Check(command, &argument));
    }

    [Theory]
    [InlineData(0x2000_7605u)] // no argument
    [InlineData(0x2004_7605u)] // an int in the pointer's place
    [InlineData(0x4008_7640u)] // only written, after success
    public void OthersMayComeWithoutAPointer(uint command) => Assert.Equal(0, BsdIoctl.Check(command, null));
}
