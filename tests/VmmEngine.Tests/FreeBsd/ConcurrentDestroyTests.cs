using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Tests.Locks;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>A test stands inside the VM's device, as a thread in a command does, so that a destruction has to wait.</summary>
public unsafe class ConcurrentDestroyTests
{
    private readonly FreeBsdHost _host = new();
    private readonly ControlHandle _control;

    public ConcurrentDestroyTests() => _control = _host.OpenControl();

    [Fact]
    public void ADestructionWaitsForEveryThreadInside()
    {
        VmHandle vm = CreateAndStandInside("a", flags: 0, out CallerLine* inside);

        Background destroyer = DestroyAndWaitUntilDoomed(vm, "a");
        Assert.False(destroyer.HasEnded);
        HostAssert.Quiet(_host, vms: 1); // the list is not held meanwhile

        StepOut(vm, inside);
        destroyer.Wait();
        HostAssert.NothingHeldAfterDestroy(vm);
        HostAssert.Quiet(_host);
    }

    [Fact]
    public void ADoomedVmCanNeitherBeDestroyedNorReplacedNorOpened()
    {
        VmHandle vm = CreateAndStandInside("a", flags: 0, out CallerLine* inside);
        Background destroyer = DestroyAndWaitUntilDoomed(vm, "a");

        Assert.Equal(Errno.EINVAL, _control.Destroy("a"));
        Assert.Equal(Errno.EEXIST, _control.Create("a"));
        Assert.Equal(Errno.ENOENT, _host.TryOpenVm("a", Users.Root));
        Assert.Equal(Errno.ENXIO, vm.Ioctl(VmCommandWords.VM_SUSPEND, new vm_suspend { how = 1 }));

        StepOut(vm, inside);
        destroyer.Wait();
        Assert.Equal(0, _control.Create("a"));
    }

    [Fact]
    public void ACloserWaitsForTheThreadThatGotThereFirst()
    {
        VmHandle vm = CreateAndStandInside("a", DeviceCalls.DestroyOnClose, out CallerLine* inside);
        Background destroyer = DestroyAndWaitUntilDoomed(vm, "a", _host.OpenControl());

        Background closer = Background.Run(() => _control.Close());
        Background.Until(() => _control.IsClosed);
        Thread.Sleep(20);
        Assert.False(closer.HasEnded);

        StepOut(vm, inside);
        destroyer.Wait();
        closer.Wait();
        HostAssert.Quiet(_host);
    }

    [Fact]
    public void TheCloserOfATiedDescriptorWaitsAsWell()
    {
        VmHandle vm = CreateAndStandInside("a", flags: 0, out CallerLine* inside);
        VmHandle tied = _host.OpenVm("a", options: VmOpenOptions.DestroyOnClose);
        Background destroyer = DestroyAndWaitUntilDoomed(vm, "a");

        Background closer = Background.Run(() => tied.Close());
        Thread.Sleep(50);
        Assert.False(closer.HasEnded);

        StepOut(vm, inside);
        closer.Wait();
        HostAssert.Quiet(_host);
        destroyer.Wait();
    }

    [Fact]
    public void OfManyDestroyersOneSucceeds()
    {
        for (int round = 0; round < 50; round++)
        {
            _control.Create("a");
            int succeeded = 0;
            int refused = 0;

            void Destroy()
            {
                int error = _control.Destroy("a");
                Interlocked.Increment(ref error == 0 ? ref succeeded : ref refused);
                Assert.Contains(error, new[] { 0, Errno.EINVAL });
            }

            Background.RunAll(Destroy, Destroy, Destroy);
            Assert.Equal((1, 2), (succeeded, refused));
        }

        HostAssert.Quiet(_host);
    }

    private VmHandle CreateAndStandInside(string name, uint flags, out CallerLine* inside)
    {
        Assert.Equal(0, _control.Create(name, flags));
        VmHandle vm = _host.OpenVm(name);
        inside = vm.Vm.LockMemory.RentLine();
        Assert.True(SlotLocks.TryEnterShared(ref vm.Vm.Locks->Gate, ref inside->Gate));
        return vm;
    }

    private static void StepOut(VmHandle vm, CallerLine* inside)
    {
        SlotLocks.ExitShared(ref vm.Vm.Locks->Gate, ref inside->Gate);
        LockMemory.ReturnLine(inside);
    }

    private Background DestroyAndWaitUntilDoomed(VmHandle vm, string name, ControlHandle? control = null)
    {
        Background destroyer = Background.Run(() => Assert.Equal(0, (control ?? _control).Destroy(name)));
        Background.Until(() => Volatile.Read(ref vm.Vm.Locks->Gate.Writer.Word) != 0);
        return destroyer;
    }
}
