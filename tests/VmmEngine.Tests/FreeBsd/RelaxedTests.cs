using VmmEngine.Abi.FreeBsd;
using VmmEngine.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Tables;
using VmmEngine.Tests.Locks;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class RelaxedTests
{
    private static readonly Dictionary<string, int> Answers = new()
    {
        ["VM_GET_MEMSEG"] = 0,
        ["VM_MMAP_GETNEXT"] = Errno.ENOENT,
        ["VM_INJECT_NMI"] = Errno.ENXIO,
        ["VM_STATS"] = 0,
        ["VM_LAPIC_IRQ"] = Errno.EINVAL,
        ["VM_GET_X2APIC_STATE"] = 0,
    };

    private readonly OneVm _one = new();

    [Fact]
    public void ARelaxedHandleDoesNotWaitForWhatItsRowsDoNotNeed()
    {
        VmHandle relaxed = _one.Host.OpenVm("a", options: VmOpenOptions.Relaxed);
        ref VmLocks locks = ref *relaxed.Vm.Locks;
        Assert.True(VcpuLocks.TryFreeze(ref locks, 0, out Vcpu* vcpu));
        SlotLocks.EnterExclusive(ref locks.MemoryMap);

        byte[] bytes = new byte[8192];
        fixed (byte* argument = bytes)
        {
            foreach (CommandRow row in VmCommandTable.Rows.Where(row => row.Relaxed is not null))
            {
                int expected = row.NotYet ? Errno.ENOSYS : Answers[row.Name];
                Assert.True(relaxed.Ioctl(row.Value!.Value, argument) == expected, row.Name); // and does not hang
            }
        }

        Assert.Equal(VcpuRequests.None, (VcpuRequests)vcpu->Requests);
        SlotLocks.ExitExclusive(ref locks.MemoryMap);
        VcpuLocks.Thaw(vcpu);
        HostAssert.NothingHeld(relaxed);
    }

    [Fact]
    public void AnOrdinaryHandleDoesAsUpstream()
    {
        Assert.True(VcpuLocks.TryFreeze(ref *_one.Vm.Vm.Locks, 0, out Vcpu* vcpu));

        Background other = Background.Run(() => _one.Vm.Ioctl(VmCommandWords.VM_INJECT_NMI, new vm_nmi()));
        Background.Until(() => Volatile.Read(ref _one.Vm.Vm.Locks->Vcpus[0].Requests) != 0);
        Assert.False(other.HasEnded);

        VcpuLocks.Thaw(vcpu);
        other.Wait();
        HostAssert.NothingHeld(_one.Vm);
    }

    [Fact]
    public void BothRefuseTheSameIds()
    {
        VmHandle relaxed = _one.Host.OpenVm("a", options: VmOpenOptions.Relaxed);
        foreach (int id in new[] { -1, 4 })
        {
            Assert.Equal(Errno.EINVAL, relaxed.Ioctl(VmCommandWords.VM_INJECT_NMI, new vm_nmi { cpuid = id }));
            Assert.Equal(Errno.EINVAL, _one.Vm.Ioctl(VmCommandWords.VM_INJECT_NMI, new vm_nmi { cpuid = id }));
        }
    }
}
