using VmmEngine.Abi.FreeBsd;

namespace VmmEngine.FreeBsd;

/// <content>How the guest's vCPUs are arranged. This shapes what CPUID tells the guest and limits nothing.</content>
public partial struct VmHandlers
{
    /// <summary>VM_GET_TOPOLOGY: reports the arrangement, and how many vCPU ids there are.</summary>
    /// <returns>0.</returns>
    public static int GetTopology(in VmCall call, ref vm_cpu_topology argument)
    {
        argument = call.Vm.Topology.Read();
        argument.maxcpus = (ushort)call.Locks.VcpuLimit;
        return 0;
    }

    /// <summary>VM_SET_TOPOLOGY: replaces the arrangement; the argument's limit of ids is not looked at.</summary>
    /// <returns>0; EINVAL for more vCPUs than there are ids.</returns>
    public static int SetTopology(in VmCall call, ref vm_cpu_topology argument)
    {
        ulong vcpus = (ulong)argument.sockets * argument.cores * argument.threads;
        bool empty = vcpus == 0 && !call.Vm.Host.Options.Quirks.AllowEmptyTopology;
        if (empty || vcpus > call.Locks.VcpuLimit)
        {
            return Errno.EINVAL;
        }

        call.Vm.Topology.Write(in argument);
        return 0;
    }
}
