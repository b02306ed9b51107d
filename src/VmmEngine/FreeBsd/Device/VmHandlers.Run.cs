using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Devices;
using VmmEngine.Locks;
using VmmEngine.RunLoop;

namespace VmmEngine.FreeBsd;

/// <content>VM_RUN in its forms.</content>
public unsafe partial struct VmHandlers
{
    /// <summary>VM_RUN: runs a vCPU until something is for the client, which finds it in its exit structure.</summary>
    /// <returns>
    /// 0; EINVAL for a vCPU that is not active or has noticed a suspend, and for a string instruction on a port outside 64-bit mode; ENXIO without a back end; EFAULT
    /// if the exit structure cannot be written, or the guest has used memory in a way that its mapping forbids.
    /// </returns>
    /// <remarks>The pointer to a destination set matters to vCPUs with exits for interprocessor interrupts only.</remarks>
    [SkipLocalsInit]
    public static int Run(in VmCall call, Vcpu* vcpu, ref vm_run argument)
    {
        int error = CheckRun(in call, vcpu);
        if (error != 0)
        {
            return error;
        }

        vm_exit exit;
        bool validates = !call.Vm.Host.Options.Quirks.LoseExitOnBadPointer;
        if (validates && !UserMemory.IsWritable(argument.vm_exit, &exit, (nuint)sizeof(vm_exit)))
        {
            return Errno.EFAULT;
        }

        if (validates && !CanTakeDestinations(call.Vm.ContextOf(vcpu).Capabilities, in argument))
        {
            return Errno.EFAULT;
        }

        exit = default;
        ThreadSignals.Begin(vcpu);
        error = VcpuRun.Run(call.Vm, vcpu, ref exit);
        ThreadSignals.End(vcpu);
        return error != 0 ? error
            : !UserMemory.TryCopyOut(&exit, argument.vm_exit, (nuint)sizeof(vm_exit)) ? Errno.EFAULT
            : exit.exitcode == vm_exitcode.VM_EXITCODE_IPI ? CopyDestinations(call.Vm.ContextOf(vcpu).Destinations, in argument)
            : 0;
    }

    /// <summary>The form of FreeBSD 13: the exit comes back in the argument.</summary>
    /// <returns>As <see cref="Run"/>.</returns>
    public static int Run13(in VmCall call, Vcpu* vcpu, ref vm_run_13 argument)
    {
        int error = CheckRun(in call, vcpu);
        argument.vm_exit = default;
        if (error == 0)
        {
            ThreadSignals.Begin(vcpu);
            error = VcpuRun.Run(call.Vm, vcpu, ref argument.vm_exit);
            ThreadSignals.End(vcpu);
        }

        if (argument.vm_exit.exitcode == vm_exitcode.VM_EXITCODE_IPI)
        {
            argument.vm_exit.u.ipi_13.dmask[0] = call.Vm.ContextOf(vcpu).Destinations;
        }

        return error;
    }

    /// <summary>
    /// VM_RUN_SLICE: runs a vCPU for a while and leaves the exit in the back end's form, to be completed by the next slice. A suspend does not wait for
    /// other vCPUs: one thread may run them all.
    /// </summary>
    /// <returns>0; EINVAL and ENXIO as <see cref="Run"/>, and EINVAL for registers that no processor accepts.</returns>
    /// <remarks>An exception of a device is kept for <see cref="VcpuRunner.Run"/>, which throws it when the locks are released: thrown through them, it would leave the vCPU frozen for good.</remarks>
    public static int RunSlice(in VmCall call, Vcpu* vcpu, ref VcpuSlice argument)
    {
        int error = CheckRun(in call, vcpu);
        if (error == 0 && !SystemRegisters.TryHandOver(call.Vm, vcpu))
        {
            error = Errno.EINVAL;
        }

        if (error == 0)
        {
            error = VcpuRun.Begin(call.Vm, vcpu);
        }

        if (error != 0)
        {
            return error;
        }

        RunContext context = new(call.Vm.Bus, (RunFlags)argument.Flags, argument.Budget);
        RunResult result;
        try
        {
            result = CountedRun.Run(call.Vm, vcpu, in context, out argument.Exit);
        }
        catch (Exception failure)
        {
            DeviceFailure.Keep(failure);
            result = RunResult.DeviceFailed;
        }

        argument.Result = (int)result;
        if (result == RunResult.Suspended)
        {
            argument.Reason = call.Vm.SuspendReason;
            SuspendBarrier<ProcessorAtomics>.Join(ref call.Locks, vcpu);
        }

        return 0;
    }

    // Before the guest runs: the exit would be lost. What a set has is looked at; a client with room for more has the rest behind it.
    [SkipLocalsInit]
    private static bool CanTakeDestinations(uint capabilities, in vm_run argument)
    {
        if ((capabilities & (1u << vm_cap_type.VM_CAP_IPI_EXIT)) == 0)
        {
            return true;
        }

        cpuset_t scratch;
        return UserMemory.IsWritable(argument.cpuset, &scratch, (nuint)Math.Min(argument.cpusetsize, (ulong)sizeof(cpuset_t)));
    }

    // As many bytes as the client has room for; those that no set has are 0.
    private static int CopyDestinations(ulong destinations, in vm_run argument)
    {
        cpuset_t set = default;
        set.__bits[0] = destinations;
        ulong length = Math.Min(argument.cpusetsize, (ulong)sizeof(cpuset_t));
        if (length != 0 && !UserMemory.TryCopyOut(&set, argument.cpuset, (nuint)length))
        {
            return Errno.EFAULT;
        }

        set.__bits[0] = 0;
        for (ulong done = length; done < argument.cpusetsize; done += length)
        {
            length = Math.Min(argument.cpusetsize - done, (ulong)sizeof(cpuset_t));
            if (!UserMemory.TryCopyOut(&set, (byte*)argument.cpuset + done, (nuint)length))
            {
                return Errno.EFAULT;
            }
        }

        return 0;
    }

    private static int CheckRun(in VmCall call, Vcpu* vcpu)
    {
        bool runs = VcpuSets<ProcessorAtomics>.Contains(VcpuFlags.Active, vcpu) && !VcpuSets<ProcessorAtomics>.Contains(VcpuFlags.Suspended, vcpu);
        return runs ? Prepare(call.Vm, vcpu) : Errno.EINVAL;
    }
}
