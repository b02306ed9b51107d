using VmmEngine.Abi.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Memory;

namespace VmmEngine.FreeBsd;

/// <content>Suspending and resetting a VM, and the end of one.</content>
public unsafe partial struct VmHandlers
{
    // Ejectors are counted above them, by callers that are waiting at this moment.
    private const VcpuRequests RequestsThatAResetDrops = VcpuRequests.Idle | VcpuRequests.Suspend | VcpuRequests.DebugStop | VcpuRequests.Event;

    /// <summary>VM_SUSPEND: makes all active vCPUs leave the guest for a reason.</summary>
    /// <returns>0; EINVAL for a reason that there is not; EALREADY if a suspend is pending, whose reason stays.</returns>
    public static int Suspend(in VmCall call, ref vm_suspend argument)
    {
        bool known = argument.how is > vm_suspend_how.VM_SUSPEND_NONE and < vm_suspend_how.VM_SUSPEND_LAST;
        bool reserved = argument.how == vm_suspend_how.VM_SUSPEND_DESTROY && !call.Vm.Host.Options.Quirks.AllowSuspendToDestroy;
        if (!known || reserved)
        {
            return Errno.EINVAL;
        }

        return call.Vm.TrySuspend(argument.how) ? 0 : Errno.EALREADY;
    }

    /// <summary>
    /// VM_REINIT: puts every vCPU into its state after power-on, its statistics at 0, and takes it out of the guest, ends the suspend, and unmaps device memory. System
    /// memory stays mapped, memory keeps its contents, the topology and the clock's time stay.
    /// </summary>
    /// <returns>0; EBUSY unless every active vCPU has noticed a suspend.</returns>
    public static int Reinitialize(in VmCall call)
    {
        Vm vm = call.Vm;
        if (!VcpuSets<ProcessorAtomics>.ContainsAllActive(ref call.Locks, VcpuFlags.Suspended))
        {
            return Errno.EBUSY;
        }

        for (uint id = 0; id < call.Locks.VcpuLimit; id++)
        {
            Reset(vm, call.Locks.Vcpus + id);
        }

        vm.Devices.Reset();
        vm.EndSuspend();
        foreach (MemoryMapping mapping in vm.Memory.Map.Mappings)
        {
            if (mapping.Segment.IsDevice)
            {
                Unmap(vm, mapping);
            }
        }

        return 0;
    }

    /// <summary>VM_TEARDOWN: lets go of what the VM has. Nobody is inside its device any more, and nobody will be.</summary>
    /// <returns>0.</returns>
    public static int TearDown(in VmCall call)
    {
        call.Vm.Host.DeviceMemory.RemoveAll(call.Vm);
        call.Vm.Devices.Dispose();
        call.Vm.Backend?.Dispose();
        call.Vm.Memory.Dispose();
        return 0;
    }

    private static void Reset(Vm vm, Vcpu* vcpu)
    {
        vm.ContextOf(vcpu) = default;
        *vcpu->Counters = default;
        VcpuSets<ProcessorAtomics>.TryRemove((VcpuFlags)uint.MaxValue, vcpu);
        VcpuLocks<ProcessorAtomics>.Withdraw(vcpu, RequestsThatAResetDrops);
        if (vcpu->Backend != null)
        {
            vm.Backend!.Reset(vcpu);
        }
    }
}
