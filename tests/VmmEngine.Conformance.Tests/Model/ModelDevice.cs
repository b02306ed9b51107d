using VmmEngine.Conformance.OpenBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;

namespace VmmEngine.Conformance.Tests.Model;

/// <summary>What the interface says of a VM.</summary>
internal sealed class ModelVm(uint id, int creator, bool isBaseline)
{
    public uint Id => id;

    public int Creator => creator;

    public bool IsBaseline => isBaseline;

    public ModelVcpu Vcpu { get; } = new();

    public bool HasVpid { get; set; } = !isBaseline;

    public ulong ClockAddress { get; set; }

    public uint ClockVersion { get; set; }

    /// <summary>By how much the version may be ahead: a run that a client's interrupt disturbs looks at the clock once more.</summary>
    public uint ClockAhead { get; set; }

    /// <summary>The client's interrupt has been set since the last run.</summary>
    public bool IsDisturbed { get; set; }
}

/// <summary>What the interface says of the device: small enough to be read in one go, and without anything that the engine needs to be fast.</summary>
internal sealed class ModelDevice
{
    public const int VcpuLimit = 3;
    public const int VpidLimit = 3;

    private const CallerPromises Manager = CallerPromises.Vmm | CallerPromises.Proc;

    private uint _lastId;

    /// <summary>The newest first.</summary>
    public List<ModelVm> Vms { get; } = [];

    public int Vpids { get; private set; }

    /// <summary>What comes before a command's own work, in order.</summary>
    public int Admit(Step step, out ModelVm? vm)
    {
        vm = null;
        Process process = Callers.All[step.Caller];
        if (process.Access == Access.None)
        {
            return EBADF;
        }

        if (process.Promises is { } promises && !IsPromised(step.Act, promises))
        {
            return Denied(process);
        }

        switch (step.Act)
        {
            case Act.UnknownWord:
                return ENOTTY;

            case Act.NoArgument:
                return EFAULT;

            case Act.Create or Act.Info:
                return 0;
        }

        vm = Vms.Find(found => found.Id == step.Vm);
        if (vm is null)
        {
            return ENOENT;
        }

        if (process.Promises is { } own && (own & Manager) == CallerPromises.Vmm && vm.Creator != process.ProcessId)
        {
            return Denied(process);
        }

        return step.Vcpu != 0 && step.Act is not (Act.Terminate or Act.Share) ? ENOENT : 0;
    }

    public int Create(Step step, bool isSound, out ModelVm? vm)
    {
        vm = null;
        if (!isSound)
        {
            return EINVAL;
        }

        if (Vms.Count == VcpuLimit || (step.Newer && Vpids == VpidLimit))
        {
            return ENOMEM;
        }

        vm = new ModelVm(++_lastId, Callers.All[step.Caller].ProcessId, !step.Newer);
        Vpids += step.Newer ? 1 : 0;
        Vms.Insert(0, vm);
        return 0;
    }

    public void Terminate(ModelVm vm)
    {
        Vms.Remove(vm);
        Vpids -= vm.HasVpid ? 1 : 0;
    }

    public int Reset(ModelVm vm, ulong rip)
    {
        if (vm.Vcpu.State != VmRecord.Stopped)
        {
            return EBUSY;
        }

        if (vm.IsBaseline)
        {
            if (Vpids == VpidLimit)
            {
                return EIO;
            }

            Vpids++;
            vm.HasVpid = true; // the one before is lost
        }

        vm.Vcpu.Reset(rip);
        return 0;
    }

    public ModelExit Run(ModelVm vm, Exit client, bool answers, bool canRead, bool canWrite, Injection inject, bool pending)
    {
        ModelVcpu vcpu = vm.Vcpu;
        if (vcpu.State != VmRecord.Stopped)
        {
            return new ModelExit(EBUSY);
        }

        if (answers && !canRead)
        {
            vcpu.State = VmRecord.Running; // for ever
            return new ModelExit(EFAULT);
        }

        if (answers)
        {
            vcpu.Take(client);
        }

        ModelExit exit = vcpu.Run(inject, pending, out bool entered);
        if (entered && (vm.ClockAddress & 1) != 0)
        {
            vm.ClockVersion += 2;
            vm.ClockAhead += vm.IsDisturbed ? 2u : 0;
        }

        vm.IsDisturbed &= !entered;
        if (exit.Error != 0)
        {
            vcpu.State = VmRecord.Terminated;
            return exit;
        }

        vcpu.LastReason = exit.Reason;
        vcpu.Ready = vcpu.Enabled;
        return canWrite ? exit : new ModelExit(EFAULT);
    }

    private static bool IsPromised(Act act, CallerPromises promises) => act switch
    {
        Act.Create or Act.Info or Act.Share => promises.HasFlag(Manager),
        Act.UnknownWord => false,
        _ => promises.HasFlag(CallerPromises.Vmm),
    };

    private static int Denied(Process process) => process.Promises!.Value.HasFlag(CallerPromises.Error) ? ENOSYS : EPERM;
}
