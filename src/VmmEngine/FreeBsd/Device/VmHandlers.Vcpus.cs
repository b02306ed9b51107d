using System.Numerics;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <content>Activating vCPUs, stopping them for a debugger, and reporting sets of them.</content>
public unsafe partial struct VmHandlers
{
    private const int BitsPerByte = 8;
    private const int BitsPerWord = 64;

    /// <summary>VM_ACTIVATE_CPU: makes a vCPU part of the guest.</summary>
    /// <returns>0; EBUSY if it is already.</returns>
    public static int ActivateCpu(in VmCall call, Vcpu* vcpu, ref vm_activate_cpu argument)
    {
        // One that others start must be there when they do.
        int error = call.Vm.Backend is { StartsProcessors: true } backend ? backend.Prepare(vcpu) : 0;
        return error != 0 ? error
            : call.Vm.TryActivate(vcpu) ? 0
            : Errno.EBUSY;
    }

    /// <summary>VM_SUSPEND_CPU: stops one active vCPU, or all of them, for a debugger. Nothing waits until they have stopped.</summary>
    /// <returns>0; EINVAL for a vCPU that is not active.</returns>
    /// <remarks>A vCPU's request bit is its membership of the debug set, so set and requests cannot disagree.</remarks>
    public static int SuspendCpu(in VmCall call, Vcpu* vcpu, ref vm_activate_cpu argument)
    {
        if (vcpu == null)
        {
            call.Vm.PostToActive(VcpuRequests.DebugStop);
            return 0;
        }

        if (!VcpuSets<ProcessorAtomics>.Contains(VcpuFlags.Active, vcpu))
        {
            return Errno.EINVAL;
        }

        VcpuLocks<ProcessorAtomics>.Post(ref call.Locks, vcpu, VcpuRequests.DebugStop);
        return 0;
    }

    /// <summary>VM_RESUME_CPU: lets one stopped vCPU, or all, go on.</summary>
    /// <returns>0; EINVAL for a vCPU that is not stopped.</returns>
    public static int ResumeCpu(in VmCall call, Vcpu* vcpu, ref vm_activate_cpu argument)
    {
        if (vcpu == null)
        {
            for (uint id = 0; id < call.Locks.VcpuLimit; id++)
            {
                VcpuLocks<ProcessorAtomics>.Withdraw(call.Locks.Vcpus + id, VcpuRequests.DebugStop);
            }

            return 0;
        }

        return VcpuLocks<ProcessorAtomics>.Withdraw(vcpu, VcpuRequests.DebugStop) ? 0 : Errno.EINVAL;
    }

    /// <summary>VM_GET_CPUS: writes a set of vCPUs to the client's buffer, of which exactly as many bytes are written as it has.</summary>
    /// <returns>0; ERANGE for a buffer of no possible size, or too small for the set's highest member; EINVAL for an unknown set;
    /// EFAULT if the buffer cannot be written.</returns>
    public static int GetCpus(in VmCall call, ref vm_cpuset argument)
    {
        if (argument.cpusetsize < 1 || argument.cpusetsize > sizeof(cpuset_t))
        {
            return Errno.ERANGE;
        }

        cpuset_t set;
        switch (argument.which)
        {
            case vm_cpuset_which.VM_ACTIVE_CPUS:
                set = ReadSet(ref call.Locks, VcpuFlags.Active);
                break;

            case vm_cpuset_which.VM_SUSPENDED_CPUS:
                set = ReadSet(ref call.Locks, VcpuFlags.Suspended);
                break;

            case vm_cpuset_which.VM_DEBUG_CPUS:
                set = ReadStopped(ref call.Locks);
                break;

            default:
                return Errno.EINVAL;
        }

        if (argument.cpusetsize < BytesInUse(in set))
        {
            return Errno.ERANGE;
        }

        return UserMemory.TryCopyOut(&set, argument.cpus, (nuint)argument.cpusetsize) ? 0 : Errno.EFAULT;
    }

    // Ids that join or leave meanwhile may be in it or not.
    private static cpuset_t ReadSet(ref VmLocks locks, VcpuFlags members)
    {
        cpuset_t set = default;
        for (uint id = 0; id < locks.VcpuLimit; id++)
        {
            if (VcpuSets<ProcessorAtomics>.Contains(members, locks.Vcpus + id))
            {
                set.__bits[id / BitsPerWord] |= 1UL << (int)(id % BitsPerWord);
            }
        }

        return set;
    }

    private static cpuset_t ReadStopped(ref VmLocks locks)
    {
        cpuset_t set = default;
        for (uint id = 0; id < locks.VcpuLimit; id++)
        {
            VcpuRequests requests = (VcpuRequests)ProcessorAtomics.Read(ref locks.Vcpus[id].Requests);
            if ((requests & VcpuRequests.DebugStop) != 0)
            {
                set.__bits[id / BitsPerWord] |= 1UL << (int)(id % BitsPerWord);
            }
        }

        return set;
    }

    private static int BytesInUse(in cpuset_t set)
    {
        for (int word = (cpuset_t.CPU_SETSIZE / BitsPerWord) - 1; word >= 0; word--)
        {
            if (set.__bits[word] != 0)
            {
                return (((word * BitsPerWord) + BitOperations.Log2(set.__bits[word])) / BitsPerByte) + 1;
            }
        }

        return 0;
    }
}
