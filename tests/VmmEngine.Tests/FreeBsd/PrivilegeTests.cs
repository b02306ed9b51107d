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
    public void AUserLacksIt() => AssertAll(Users.Alice, _ => Errno.EPERM);

    [Fact]
    public void TheSuperuserHasIt() => AssertAll(Users.Root, WithoutIommu);

    [Fact]
    public void AJailCanWithholdIt()
    {
        AssertAll(Users.RootInJail(), _ => Errno.EPERM);
        AssertAll(Users.RootInJail(allowPassthrough: true), WithoutIommu);
        AssertAll(Users.Alice with { Jail = new Jail(1, AllowVmm: true, AllowPassthrough: true) }, _ => Errno.EPERM);
    }

    private static IEnumerable<CommandRow> PassthroughRows() => VmCommandTable.Rows.Where(row => row.Flags.Contains("PPT"));

    // No device can be bound, so none is ever there.
    private static int WithoutIommu(CommandRow row) => row.Name == "VM_BIND_PPTDEV" ? Errno.ENXIO : Errno.ENOENT;

    private void AssertAll(Credential credential, Func<CommandRow, int> expected)
    {
        ControlHandle control = _host.OpenControl(credential);
        Assert.Equal(0, control.Create("a", DeviceCalls.DestroyOnClose));
        VmHandle vm = _host.OpenVm("a", credential);

        byte[] bytes = new byte[8192];
        fixed (byte* argument = bytes)
        {
            foreach (CommandRow row in PassthroughRows())
            {
                Assert.True(vm.Ioctl(row.Value!.Value, argument) == expected(row), row.Name);
                HostAssert.NothingHeld(vm);
            }
        }

        control.Close();
    }
}
