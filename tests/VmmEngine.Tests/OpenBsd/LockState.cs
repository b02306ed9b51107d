using VmmEngine.Locks;
using VmmEngine.OpenBsd;
using Xunit;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>Looks for anything that a finished call has left behind.</summary>
internal static unsafe class LockState
{
    /// <summary>No lock of the host is held, no caller is inside, and its VMs are all at rest.</summary>
    public static void AssertAtRest(OpenBsdHost host, int callers = 0)
    {
        HostLocks* locks = host.Memory.Locks;
        Assert.Equal(0u, locks->Gate.Writer.Word);
        Assert.Equal(0u, locks->VmList.Writer.Word);
        Assert.Equal(callers, CountRentedLines(ref locks->Lines));

        for (uint id = 1; id < host.Vms.NextId; id++)
        {
            if (host.Vms.Find(id) is Vm vm)
            {
                AssertAtRest(vm);
            }
        }
    }

    /// <summary>Nothing is left of any VM either.</summary>
    public static void AssertEmpty(OpenBsdHost host, int callers = 0)
    {
        AssertAtRest(host, callers);
        Assert.Equal(0, host.Vms.Listed);
        Assert.Equal(0, host.VmCount);
        Assert.Equal(0, host.VcpuCount);
        Assert.Equal(0, host.VpidCount);
    }

    private static void AssertAtRest(Vm vm)
    {
        VmLocks* locks = vm.Memory.Locks;
        Assert.Equal(1u, vm.References.Word);
        Assert.Equal(0u, locks->MemoryMap.Writer.Word);
        Assert.Equal(0u, locks->Creation.Word);
        Assert.Equal(0, CountRentedLines(ref locks->Lines));
        for (uint id = 0; id < locks->VcpuLimit; id++)
        {
            Assert.Equal((uint)VcpuState.Idle, locks->Vcpus[id].State);
            Assert.Equal(0u, locks->Vcpus[id].Waiters);
        }
    }

    private static int CountRentedLines(ref CallerLines lines)
    {
        int rented = 0;
        for (CallerLine* line = (CallerLine*)lines.First; line != null; line = (CallerLine*)line->Next)
        {
            Assert.Equal(0u, line->Gate);
            Assert.Equal(0u, line->VmList);
            Assert.Equal(0u, line->MemoryMap);
            rented += line->Rented == 0 ? 0 : 1;
        }

        return rented;
    }
}
