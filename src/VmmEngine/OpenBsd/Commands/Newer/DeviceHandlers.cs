using VmmEngine.Abi.OpenBsd;
using VmmEngine.Abi.OpenBsd.Newer;
using VmmEngine.Locks;
using Commands = VmmEngine.OpenBsd.Newer.NewerCommands<VmmEngine.Locks.ProcessorAtomics, VmmEngine.OpenBsd.Newer.DeviceHandlers>;

namespace VmmEngine.OpenBsd.Newer;

/// <summary>What the rows of the newer revision do once their preconditions hold.</summary>
public readonly unsafe partial struct DeviceHandlers
{
    /// <summary>Creates a VM whose memory is the device's, with a VPID from the start.</summary>
    /// <remarks>
    /// The addresses of the client's mappings come back, 0 for MMIO ranges. They stay the client's when the VM ends. A wish for encryption is
    /// answered as on a processor without it: the encryption bit's position is 0.
    /// </remarks>
    /// <returns>0; EIO, EINVAL, ENOMEM; EBADF if the open file it would be tied to is closed meanwhile.</returns>
    public static int CreateVm(in DeviceCall call, ref vm_create_params argument)
    {
        fixed (byte* name = argument.vcp_name)
        {
            VmRequest request = new()
            {
                Ranges = argument.vcp_memranges,
                RangeCount = argument.vcp_nmemranges,
                VcpuCount = argument.vcp_ncpus,
                Name = new ReadOnlySpan<byte>(name, vmm_limits.VMM_MAX_NAME_LEN),
                Backing = null,
            };

            int error = Creation.Begin(in call, in request, out ulong memorySize);
            if (error != 0)
            {
                return error;
            }

            error = BuildAndPublish(in call, in request, memorySize, ref argument);
            if (error != 0)
            {
                Creation.Cancel(in call);
            }

            return error;
        }
    }

    /// <inheritdoc/>
    public static int Terminate(in VmTarget target, ref vm_terminate_params argument) => Termination.Run<ListOperations>(in target, ref argument);

    /// <inheritdoc/>
    public static int GetInfo(in DeviceCall call, ref vm_info_params argument) => Report.Run<ListOperations>(in call, ref argument);

    /// <inheritdoc/>
    public static int CheckCapacity(in DeviceCall call, ref vm_create_params argument) => Creation.CheckCapacity(in call, argument.vcp_ncpus);

    /// <inheritdoc/>
    public static int Publish(in DeviceCall call, ref vm_create_params argument) => Creation.Publish(in call, ref argument.vcp_id);

    /// <inheritdoc/>
    public static int CountVms(in DeviceCall call, ref vm_info_params argument) => Report.CountVms(in call, ref argument);

    /// <inheritdoc/>
    public static int ListVms(in DeviceCall call, ref vm_info_params argument) => Report.ListVms(in call, ref argument);

    /// <inheritdoc/>
    public static int Unlink(in DeviceCall call, ref vm_terminate_params argument) => Termination.Unlink(in call);

    /// <inheritdoc/>
    public static int TearDown(in VmTarget target) => Termination.TearDown(in target);

    /// <inheritdoc/>
    public static int Forget(in DeviceCall call) => Termination.Forget(in call);

    /// <inheritdoc/>
    public static int Run(in VmTarget target, Vcpu* vcpu, ref vm_run_params argument)
    {
        RunRequest request = new()
        {
            Answers = true,
            Event = argument.vrp_inject,
            InterruptPending = argument.vrp_intr_pending != 0,
            Exit = argument.vrp_exit,
        };
        int error = VcpuRun.Run(target.Vm, vcpu, in request, out RunAnswer answer);
        argument.vrp_exit_reason = answer.Reason;
        argument.vrp_irqready = answer.InterruptReady;
        return error;
    }

    /// <inheritdoc/>
    public static int ResetCpu(in VmTarget target, Vcpu* vcpu, ref vm_resetcpu_params argument) => VcpuCommands.Reset(in target, vcpu, in argument.vrp_init_state);

    /// <inheritdoc/>
    public static int RequestInterrupt(in VmTarget target, Vcpu* vcpu, ref vm_intr_params argument) =>
        VcpuCommands.RequestInterrupt(in target, vcpu, argument.vip_intr != 0);

    /// <inheritdoc/>
    public static int ReadRegisters(in VmTarget target, Vcpu* vcpu, ref vm_rwregs_params argument) => VcpuCommands.ReadRegisters(target.Vm, vcpu, ref argument);

    /// <inheritdoc/>
    public static int WriteRegisters(in VmTarget target, Vcpu* vcpu, ref vm_rwregs_params argument) => VcpuCommands.WriteRegisters(target.Vm, vcpu, in argument);

    /// <inheritdoc/>
    public static int ReadParameters(in VmTarget target, Vcpu* vcpu, ref vm_rwvmparams_params argument) => VcpuCommands.ReadParameters(target.Vm, vcpu, ref argument);

    /// <inheritdoc/>
    public static int WriteParameters(in VmTarget target, Vcpu* vcpu, ref vm_rwvmparams_params argument) => VcpuCommands.WriteParameters(target.Vm, vcpu, in argument);

    /// <inheritdoc/>
    public static int ShareMemory(in VmTarget target, ref vm_sharemem_params argument) => MemoryCommands.Share(target.Vm, ref argument);

    private static int BuildAndPublish(in DeviceCall call, in VmRequest request, ulong memorySize, ref vm_create_params argument)
    {
        int error = Commands.CheckCapacity(in call, ref argument);
        if (error != 0)
        {
            return error;
        }

        error = Creation.Build(in call, in request, memorySize, out Vm? vm);
        if (error != 0)
        {
            return error;
        }

        if (vm!.TryGiveAll(out VmAddresses addresses))
        {
            error = PublishWithVpid(in call, vm, in addresses, ref argument);
            if (error == 0)
            {
                return 0;
            }

            vm.TakeBack(in addresses);
        }
        else
        {
            error = Errno.ENOMEM;
        }

        vm.ReleaseResources();
        return error;
    }

    private static int PublishWithVpid(in DeviceCall call, Vm vm, in VmAddresses addresses, ref vm_create_params argument)
    {
        VpidPool vpids = call.Host.Vpids;
        ushort vpid = vpids.Allocate();
        if (vpid == 0)
        {
            return Errno.ENOMEM;
        }

        vm.Vpid = vpid;
        Answer(vm, in addresses, ref argument); // before anybody else can find the VM, and end it

        int error = Commands.Publish(call.About(vm), ref argument);
        if (error != 0)
        {
            vpids.Free(vpid);
        }

        return error;
    }

    private static void Answer(Vm vm, in VmAddresses addresses, ref vm_create_params argument)
    {
        for (int range = 0; range < vm.Ranges.Length; range++)
        {
            argument.vcp_memranges[range].vmr_va = addresses[range];
        }

        argument.vcp_poscbit = 0;
        argument.vcp_asid[0] = vm.Vpid;
    }
}
