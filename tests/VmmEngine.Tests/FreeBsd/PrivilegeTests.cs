using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.Tables;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class PrivilegeTests
{
    private readonly FreeBsdHost _host = new();

    [Fact]
    public void SevenCommandsNeedThePrivilegeOfPassingDevicesThrough() => Assert.Equal(7, PassthroughRows().Count());

    [Fact]
    public void AUserLacksIt() => AssertAll(Users.Alice, Errno.EPERM);

    [Fact]
    public void TheSuperuserHasIt() => AssertAll(Users.Root, Errno.ENOSYS);

    [Fact]
    public void AJailCanWithholdIt()
    {
        AssertAll(Users.RootInJail(), Errno.EPERM);
        AssertAll(Users.RootInJail(allowPassthrough: true), Errno.ENOSYS);
        AssertAll(Users.Alice with { Jail = new Jail(1, AllowVmm: true, AllowPassthrough: true) }, Errno.EPERM);
    }

    private static IEnumerable<CommandRow> PassthroughRows() => VmCommandTable.Rows.Where(row => row.Flags.Contains("PPT"));

    private void AssertAll(Credential credential, int expected)
    {
        ControlHandle control = _host.OpenControl(credential);
        Assert.Equal(0, control.Create("a", DeviceCalls.DestroyOnClose));
        VmHandle vm = _host.OpenVm("a", credential);

        byte[] bytes = new byte[8192];
        fixed (byte* argument = bytes)
        {
            foreach (CommandRow row in PassthroughRows())
            {
                Assert.True(vm.Ioctl(row.Value!.Value, argument) == expected, row.Name);
                HostAssert.NothingHeld(vm);
            }
        }

        control.Close();
    }
}
