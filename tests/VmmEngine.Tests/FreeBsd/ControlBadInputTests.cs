using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class ControlBadInputTests
{
    private readonly FreeBsdHost _host = new();
    private readonly ControlHandle _control;

    public ControlBadInputTests() => _control = _host.OpenControl();

    [Theory]
    [InlineData(0xC128_5602u)] // no such number
    [InlineData(0xC124_5600u)] // another size
    [InlineData(0x8128_5600u)] // another direction
    [InlineData(0x4128_5600u)]
    [InlineData(0x0128_5600u)] // malformed
    [InlineData(0x2000_5600u)]
    [InlineData(VmCommandWords.VM_GET_TOPOLOGY)] // of another device
    [InlineData(VmCommandWords.VM_SUSPEND)]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public void OtherWordsAreNoCommands(uint command)
    {
        vmmctl_vm_create argument = default;
        Assert.Equal(Errno.ENOTTY, _control.Ioctl(command, ref argument));
        HostAssert.Quiet(_host);
    }

    [Theory]
    [InlineData(ControlCommandWords.VMMCTL_VM_CREATE)]
    [InlineData(ControlCommandWords.VMMCTL_VM_DESTROY)]
    public void ANullPointerFaults(uint command)
    {
        Assert.Equal(Errno.EFAULT, _control.Ioctl(command, null));
        HostAssert.Quiet(_host);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(14)]
    public void ReservedWordsOfACreationMustBeZero(int word)
    {
        vmmctl_vm_create argument = default;
        argument.name[0] = (byte)'a';
        argument.reserved[word] = 1;

        Assert.Equal(Errno.EINVAL, _control.Ioctl(ControlCommandWords.VMMCTL_VM_CREATE, ref argument));
        HostAssert.Quiet(_host);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    public void ReservedWordsOfADestructionMustBeZero(int word)
    {
        _control.Create("a");
        vmmctl_vm_destroy argument = default;
        argument.name[0] = (byte)'a';
        argument.reserved[word] = int.MinValue;

        Assert.Equal(Errno.EINVAL, _control.Ioctl(ControlCommandWords.VMMCTL_VM_DESTROY, ref argument));
        HostAssert.Quiet(_host, vms: 1);
    }

    [Theory]
    [InlineData(2u)]
    [InlineData(3u)]
    [InlineData(0x8000_0000u)]
    public void UnknownFlagsAreInvalid(uint flags)
    {
        Assert.Equal(Errno.EINVAL, _control.Create("a", flags));
        HostAssert.Quiet(_host);
    }

    [Fact]
    public void AClosedHandleIsBadAfterTheChecksOfTheWord()
    {
        Assert.Equal(0, _control.Close());

        Assert.Equal(Errno.EBADF, _control.Create("a"));
        Assert.Equal(Errno.EBADF, _control.Destroy("a"));
        Assert.Equal(Errno.EBADF, _control.Close());
        Assert.Equal(Errno.EFAULT, _control.Ioctl(ControlCommandWords.VMMCTL_VM_CREATE, null));
        Assert.Equal(Errno.ENOTTY, _control.Ioctl(0, null));
        HostAssert.Quiet(_host);
    }
}
