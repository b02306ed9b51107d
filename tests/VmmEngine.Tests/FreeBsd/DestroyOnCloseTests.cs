using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Tests.Locks;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public class DestroyOnCloseTests
{
    private readonly FreeBsdHost _host = new();

    [Fact]
    public void WhatIsLinkedEndsWithTheDescriptorAndNothingElseDoes()
    {
        ControlHandle first = _host.OpenControl();
        ControlHandle second = _host.OpenControl();
        first.Create("a", DeviceCalls.DestroyOnClose);
        first.Create("b", DeviceCalls.DestroyOnClose);
        first.Create("stays");
        second.Create("c", DeviceCalls.DestroyOnClose);

        Assert.Equal(0, first.Close());

        Assert.Equal(Errno.ENOENT, _host.TryOpenVm("a", Users.Root));
        Assert.Equal(Errno.ENOENT, _host.TryOpenVm("b", Users.Root));
        Assert.Equal(0, _host.TryOpenVm("stays", Users.Root));
        Assert.Equal(0, _host.TryOpenVm("c", Users.Root));
        HostAssert.Quiet(_host, vms: 2);
    }

    [Fact]
    public void DestroyingUnlinks()
    {
        ControlHandle control = _host.OpenControl();
        control.Create("a", DeviceCalls.DestroyOnClose);
        control.Destroy("a");
        Assert.Empty(control.LinkedVms);

        control.Create("a"); // another VM of that name, which is not linked
        control.Close();
        HostAssert.Quiet(_host, vms: 1);
    }

    [Fact]
    public void TheOpenFileIsSharedAndClosesOnce()
    {
        using DeviceTable table = new(_host);
        Assert.Equal(0, table.Open("/dev/vmmctl", OpenMode.ReadWrite, Users.Alice, out int number));
        Assert.Equal(0, table.Duplicate(number, out int duplicate));
        Create(table, number, "a");

        table.Close(number);
        HostAssert.Quiet(_host, vms: 1);
        table.Close(duplicate);
        HostAssert.Quiet(_host);
    }

    [Fact]
    public void TheEndOfAProcessDestroys()
    {
        DeviceTable table = new(_host);
        table.Open("/dev/vmmctl", OpenMode.ReadWrite, Users.Alice, out int number);
        Create(table, number, "a");

        table.Dispose();
        HostAssert.Quiet(_host);
    }

    [Fact]
    public void UnprivilegedUsersCreateNoOthers()
    {
        ControlHandle alice = _host.OpenControl(Users.Alice);
        Assert.Equal(Errno.EPERM, alice.Create("a"));
        Assert.Equal(0, alice.Create("a", DeviceCalls.DestroyOnClose));
    }

    [Fact]
    public unsafe void ACreationThatGetsTheListAfterTheCloseHasBegunIsRefused()
    {
        ControlHandle control = _host.OpenControl();
        ref SlotLock list = ref _host.LockMemory.Locks->VmList;
        SlotLocks.EnterExclusive(ref list);

        int created = -1;
        Background creator = Background.Run(() => created = control.Create("a", DeviceCalls.DestroyOnClose));
        Background.Until(() => Volatile.Read(ref _host.LockMemory.Locks->VmList.Writer.Waiters) == 1);
        Background closer = Background.Run(() => control.Close());
        Background.Until(() => control.IsClosed);

        SlotLocks.ExitExclusive(ref list);
        creator.Wait();
        closer.Wait();
        Assert.Equal(Errno.EBADF, created);
        HostAssert.Quiet(_host);
    }

    [Fact]
    public void ACreationThatRacesWithTheCloseLeavesNothing()
    {
        for (int round = 0; round < 100; round++)
        {
            ControlHandle control = _host.OpenControl();
            int created = -1;
            Background.RunAll(() => created = control.Create("a", DeviceCalls.DestroyOnClose), () => control.Close());

            Assert.Contains(created, new[] { 0, Errno.EBADF });
            HostAssert.Quiet(_host);
        }
    }

    private static unsafe void Create(DeviceTable table, int number, string name)
    {
        vmmctl_vm_create argument = new() { flags = DeviceCalls.DestroyOnClose };
        DeviceCalls.Bytes(name).CopyTo(new Span<byte>(argument.name, vmm_limits.VM_MAX_NAMELEN));
        Assert.Equal(0, table.Ioctl(number, ControlCommandWords.VMMCTL_VM_CREATE, &argument));
    }
}
