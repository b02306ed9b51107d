using VmmEngine.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Tests.Locks;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>Nothing was left behind.</summary>
internal static unsafe class HostAssert
{
    /// <summary>Nobody is inside the VM, and no line is rented but those of living callers.</summary>
    public static void NothingHeld(VmHandle vm, int callers = 0)
    {
        LockAssert.AllFree(vm.Vm.Locks);
        Assert.Equal(callers, LockAssert.RentedLines(vm.Vm.Locks->Lines));
    }

    /// <summary>The same for a destroyed VM.</summary>
    public static void NothingHeldAfterDestroy(VmHandle vm, int callers = 0)
    {
        LockAssert.AllFreeBehindAClosedGate(vm.Vm.Locks);
        Assert.Equal(callers, LockAssert.RentedLines(vm.Vm.Locks->Lines));
        Assert.Equal(0, CountVcpus(vm, VcpuState.Frozen, VcpuState.Running, VcpuState.Sleeping));
    }

    /// <summary>Nobody is inside the control device, and so many VMs exist.</summary>
    public static void Quiet(FreeBsdHost host, int vms = 0)
    {
        LockAssert.AllFree(host.LockMemory.Locks);
        Assert.Equal(vms, host.VmCount);
    }

    /// <summary>How many vCPUs are in one of the states.</summary>
    public static int CountVcpus(VmHandle vm, params VcpuState[] states)
    {
        int count = 0;
        for (uint id = 0; id < vm.Vm.Locks->VcpuLimit; id++)
        {
            count += states.Contains((VcpuState)vm.Vm.Locks->Vcpus[id].State) ? 1 : 0;
        }

        return count;
    }
}
