using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using VmmEngine.Tables;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>No command allocates managed memory. A creation makes its VM and nothing else; refused ones make nothing.</summary>
public unsafe class AllocationTests
{
    private const int Rounds = 20;

    private readonly OneVm _one = new(new FreeBsdHostOptions { Enabled = (Option)(-1), MaxVmsPerUser = 2 });

    [Fact]
    public void NoRowOfTheVmAllocatesThroughACaller()
    {
        using VmCaller caller = _one.Vm.CreateCaller();
        AssertNoRowAllocates((command, argument) => caller.Ioctl(command, (void*)argument));
    }

    [Fact]
    public void NoRowOfTheVmAllocatesThroughAHandle() =>
        AssertNoRowAllocates((command, argument) => _one.Vm.Ioctl(command, (void*)argument));

    [Fact]
    public void NoRelaxedRowAllocates()
    {
        VmHandle relaxed = _one.Host.OpenVm("a", options: VmOpenOptions.Relaxed);
        AssertNoRowAllocates((command, argument) => relaxed.Ioctl(command, (void*)argument));
    }

    [Fact]
    public void RefusalsDoNotAllocate()
    {
        AssertNoAllocation("unknown word", () => Assert.True(_one.Vm.Ioctl(0x2000_7600, null) == Errno.ENOTTY));
        AssertNoAllocation("null pointer", () => Assert.True(_one.Vm.Ioctl(VmCommandWords.VM_SUSPEND, null) == Errno.EFAULT));

        _one.Control.Destroy("a");
        AssertNoAllocation("gone", () => Assert.True(_one.Vm.Ioctl(VmCommandWords.VM_GET_TOPOLOGY, null) == Errno.ENXIO));
    }

    [Fact]
    public void ControlCommandsAllocateNothingButTheVm()
    {
        AssertNoAllocation("exists", () => Assert.True(_one.Control.Create("a"u8) == Errno.EEXIST));
        AssertNoAllocation("bad name", () => Assert.True(_one.Control.Create("a b"u8) == Errno.EINVAL));
        AssertNoAllocation("unknown", () => Assert.True(_one.Control.Destroy("b"u8) == Errno.EINVAL));

        long smallest = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            Assert.Equal(0, _one.Control.Create("b"u8));
            long before = GC.GetAllocatedBytesForCurrentThread();
            int error = _one.Control.Destroy("b"u8);
            smallest = Math.Min(smallest, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal(0, error);
        }

        Assert.Equal(0, smallest);
    }

    private static void AssertNoRowAllocates(Func<uint, nint, int> ioctl)
    {
        byte[] bytes = new byte[8192];
        fixed (byte* argument = bytes)
        {
            nint address = (nint)argument;
            foreach (CommandRow row in VmCommandTable.Rows.Where(row => row.Value is not null))
            {
                uint command = row.Value!.Value;
                AssertNoAllocation(row.Name, () => ioctl(command, address));
            }
        }
    }

    // Warm first; the runtime itself may allocate on this thread once in a while (tiering), a command would every time.
    private static void AssertNoAllocation(string what, Action action)
    {
        long smallest = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            smallest = Math.Min(smallest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(smallest == 0, $"{what}: {smallest} bytes");
    }
}
