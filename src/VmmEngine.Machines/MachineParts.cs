using VmmEngine.Backends;
using VmmEngine.Kvm;
using VmmEngine.Platform;
using VmmEngine.SoftX86;

namespace VmmEngine.Machines;

/// <summary>What the options come to: a back end, a clock, and who runs the vCPUs.</summary>
internal sealed record MachineParts(BackendFactory Factory, VmClock Clock, VcpuScheduling Scheduling)
{
    /// <summary>Chooses by the options and by what this host offers.</summary>
    /// <exception cref="MachineException">KVM was asked for, and does not work here.</exception>
    public static MachineParts Choose(MachineOptions options)
    {
        if (options.Backend == BackendChoice.Software)
        {
            return Software(options);
        }

        try
        {
            KvmBackendFactory kvm = new(new KvmOptions { KernelIrqchip = options.HasPcBoard });
            return new MachineParts(kvm, new HostClock(), options.Scheduling ?? VcpuScheduling.ThreadEach);
        }
        catch (BackendUnavailableException) when (options.Backend == BackendChoice.Best)
        {
            return Software(options);
        }
        catch (BackendUnavailableException error)
        {
            throw new MachineException(error.Message, error);
        }
    }

    private static MachineParts Software(MachineOptions options)
    {
        VcpuScheduling scheduling = options.Scheduling ?? VcpuScheduling.InTurn;
        VmClock clock = scheduling == VcpuScheduling.InTurn ? new InstructionClock() : new HostClock();
        return new MachineParts(new SoftBackendFactory(new SoftOptions { Clock = clock }), clock, scheduling);
    }
}
