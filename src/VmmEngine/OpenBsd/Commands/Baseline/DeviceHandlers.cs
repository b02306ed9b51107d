using VmmEngine.Abi.OpenBsd;
using VmmEngine.Abi.OpenBsd.Baseline;
using Commands = VmmEngine.OpenBsd.Baseline.BaselineCommands<VmmEngine.Locks.ProcessorAtomics, VmmEngine.OpenBsd.Baseline.DeviceHandlers>;

namespace VmmEngine.OpenBsd.Baseline;

/// <summary>What the rows of the baseline revision do once their preconditions hold.</summary>
public readonly unsafe partial struct DeviceHandlers
{
    /// <summary>Creates a VM whose memory stays the client's. The memory is looked at when a guest first runs, not here.</summary>
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
                Backing = call.Host.Options.UserAddresses,
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
    public static int Terminate(in VmTarget target, ref vm_terminate_params argument)
    {
        bool busy = target.Call.Host.Options.Quirks.BaselineSecondTerminationIsBusy;
        return Termination.Run<ListOperations>(in target, ref argument, errorIfEnding: busy ? Errno.EBUSY : Errno.ENOENT);
    }

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

    private static int BuildAndPublish(in DeviceCall call, in VmRequest request, ulong memorySize, ref vm_create_params argument)
    {
        int error = Commands.CheckCapacity(in call, ref argument);
        if (error != 0)
        {
            return error;
        }

        error = Creation.Build(in call, in request, memorySize, out Vm? vm);
        return error != 0 ? error : Commands.Publish(call.About(vm!), ref argument);
    }
}
