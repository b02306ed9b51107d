using System.Runtime.CompilerServices;
using VmmEngine.Abi.OpenBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Memory;

namespace VmmEngine.OpenBsd;

/// <summary>The commands on one vCPU that both revisions have, once their preconditions hold.</summary>
internal static unsafe class VcpuCommands
{
    /// <summary>VMM_IOC_RESETCPU: gives a stopped vCPU all its registers anew.</summary>
    /// <remarks>
    /// A client that starts a guest again has written new code where the old one was, through a mapping that nobody watches: the back end forgets what it
    /// has decoded.
    /// </remarks>
    /// <returns>0; EBUSY if it is not stopped; EIO if it cannot be reset.</returns>
    public static int Reset(in VmTarget target, Vcpu* vcpu, in vcpu_reg_state state)
    {
        Vm vm = target.Vm;
        if (vm.ContextOf(vcpu).State != vcpu_state.VCPU_STATE_STOPPED)
        {
            return Errno.EBUSY;
        }

        if (vm.Backend is null || (vm.IsBaseline && !TryRenewVpid(vm, target.Call.Host.Vpids)))
        {
            return Errno.EIO;
        }

        foreach (ref readonly vm_mem_range range in vm.Ranges)
        {
            vm.Backend.MemoryWritten(new Gpa(range.vmr_gpa), range.vmr_size);
        }

        return Reset(vm, vm.Backend, vcpu, in state);
    }

    /// <summary>VMM_IOC_READREGS: reads groups of registers, in whatever state the vCPU is.</summary>
    /// <returns>0; EIO on a host without a back end; EINVAL if it refuses.</returns>
    [SkipLocalsInit]
    public static int ReadRegisters(Vm vm, Vcpu* vcpu, ref vm_rwregs_params argument)
    {
        if (!IsMask(vm, argument.vrwp_mask, vm_rwregs_params.VM_RWREGS_ALL))
        {
            return Errno.EINVAL;
        }

        Unsafe.SkipInit(out CpuRegisters registers);
        int error = Fetch(vm, vcpu, RegisterState.GroupsOf(argument.vrwp_mask), ref registers);
        if (error == 0)
        {
            RegisterState.Read(argument.vrwp_mask, ref registers, in vm.ContextOf(vcpu).Stored, ref argument.vrwp_regs);
        }

        return error;
    }

    /// <summary>VMM_IOC_WRITEREGS: writes groups of registers, in whatever state the vCPU is.</summary>
    /// <returns>0; EIO on a host without a back end; EINVAL for values that no processor takes.</returns>
    [SkipLocalsInit]
    public static int WriteRegisters(Vm vm, Vcpu* vcpu, in vm_rwregs_params argument)
    {
        if (!IsMask(vm, argument.vrwp_mask, vm_rwregs_params.VM_RWREGS_ALL))
        {
            return Errno.EINVAL;
        }

        Unsafe.SkipInit(out CpuRegisters registers);
        RegisterGroups groups = RegisterState.GroupsOf(argument.vrwp_mask);
        int error = Fetch(vm, vcpu, groups, ref registers);
        if (error != 0)
        {
            return error;
        }

        RegisterState.Write(argument.vrwp_mask, in argument.vrwp_regs, ref registers, ref vm.ContextOf(vcpu).Stored);
        return vm.Backend!.WriteRegisters(vcpu, groups, in registers) == 0 ? 0 : Errno.EINVAL;
    }

    /// <summary>VMM_IOC_READVMPARAMS: where the clock page is, and its version.</summary>
    /// <returns>0; with <see cref="OpenBsdQuirks.IgnoreUnknownMaskBits"/> off also EINVAL.</returns>
    public static int ReadParameters(Vm vm, Vcpu* vcpu, ref vm_rwvmparams_params argument)
    {
        if (!IsMask(vm, argument.vpp_mask, vm_rwvmparams_params.VM_RWVMPARAMS_ALL))
        {
            return Errno.EINVAL;
        }

        ref PvClock clock = ref vm.ContextOf(vcpu).Clock;
        if ((argument.vpp_mask & vm_rwvmparams_params.VM_RWVMPARAMS_PVCLOCK_SYSTEM_GPA) != 0)
        {
            argument.vpp_pvclock_system_gpa = clock.Address;
        }

        if ((argument.vpp_mask & vm_rwvmparams_params.VM_RWVMPARAMS_PVCLOCK_VERSION) != 0)
        {
            argument.vpp_pvclock_version = clock.Version;
        }

        return 0;
    }

    /// <summary>
    /// VMM_IOC_WRITEVMPARAMS: puts the clock page somewhere, and writes its record; of a vCPU that runs meanwhile its runner does, before the next entry. For a place where it cannot be, upstream prepares an exception for the guest, which the next
    /// run's own event replaces before the guest could see it: so nothing happens.
    /// </summary>
    /// <returns>0; with <see cref="OpenBsdQuirks.HideClockErrors"/> or <see cref="OpenBsdQuirks.IgnoreUnknownMaskBits"/> off also EINVAL.</returns>
    public static int WriteParameters(Vm vm, Vcpu* vcpu, in vm_rwvmparams_params argument)
    {
        if (!IsMask(vm, argument.vpp_mask, vm_rwvmparams_params.VM_RWVMPARAMS_ALL))
        {
            return Errno.EINVAL;
        }

        ref PvClock clock = ref vm.ContextOf(vcpu).Clock;
        bool places = (argument.vpp_mask & vm_rwvmparams_params.VM_RWVMPARAMS_PVCLOCK_SYSTEM_GPA) != 0;
        bool isPlaced = places && clock.TrySet(vm, argument.vpp_pvclock_system_gpa);
        if (places && !isPlaced && !vm.Quirks.HideClockErrors)
        {
            return Errno.EINVAL;
        }

        if ((argument.vpp_mask & vm_rwvmparams_params.VM_RWVMPARAMS_PVCLOCK_VERSION) != 0)
        {
            clock.Version = argument.vpp_pvclock_version;
        }

        if (isPlaced && vm.Backend is { } backend && VcpuLocks<ProcessorAtomics>.TryFreezeIdle(vcpu))
        {
            if (backend.Prepare(vcpu) == 0)
            {
                PvClock.Renew(vm, vcpu);
            }

            VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
        }

        return 0;
    }

    /// <summary>VMM_IOC_INTR: says whether the client has an interrupt, and makes a runner look. Never waits for one.</summary>
    public static int RequestInterrupt(in VmTarget target, Vcpu* vcpu, bool wanted)
    {
        target.Vm.ContextOf(vcpu).RequestInterrupt(wanted);
        VcpuLocks<ProcessorAtomics>.Post(ref target.Locks, vcpu, VcpuRequests.Idle);
        return 0;
    }

    private static bool IsMask(Vm vm, ulong mask, ulong all) => (mask & ~all) == 0 || vm.Quirks.IgnoreUnknownMaskBits;

    private static int Fetch(Vm vm, Vcpu* vcpu, RegisterGroups groups, ref CpuRegisters registers) =>
        vm.Backend is not { } backend ? Errno.EIO
        : backend.Prepare(vcpu) == 0 && backend.ReadRegisters(vcpu, groups, ref registers) == 0 ? 0
        : Errno.EINVAL;

    // A number for every reset, of which only the last one is given back.
    private static bool TryRenewVpid(Vm vm, VpidPool vpids)
    {
        ushort vpid = vpids.Allocate();
        if (vpid == 0)
        {
            return false;
        }

        if (vm.Vpid != 0 && !vm.Quirks.ResetLeaksVpids)
        {
            vpids.Free(vm.Vpid);
        }

        vm.Vpid = vpid;
        return true;
    }

    [SkipLocalsInit]
    private static int Reset(Vm vm, VmBackend backend, Vcpu* vcpu, in vcpu_reg_state state)
    {
        VcpuContext context = vm.ContextOf(vcpu);

        const ulong all = vm_rwregs_params.VM_RWREGS_ALL;
        Unsafe.SkipInit(out CpuRegisters registers);
        if (backend.Prepare(vcpu) != 0
            || backend.Reset(vcpu) != 0
            || backend.ReadRegisters(vcpu, RegisterState.GroupsOf(all), ref registers) != 0)
        {
            return Errno.EIO;
        }

        RegisterState.Write(all, in state, ref registers, ref context.Stored);
        RegisterState.ForceX87Only(ref context.Stored);
        context.Reset();
        return backend.WriteRegisters(vcpu, RegisterState.GroupsOf(all), in registers) == 0 ? 0 : Errno.EIO;
    }
}
