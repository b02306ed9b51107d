using VmmEngine.Backends;
using VmmEngine.Kvm;
using VmmEngine.Platform;
using VmmEngine.SoftX86;

namespace VmmEngine.Machines;

/// <summary>What the options come to: a back end, a clock, and who runs the vCPUs.</summary>
internal sealed record MachineParts(BackendFactory Factory, VmClock Clock, VcpuScheduling Scheduling)
{
    /// <summary>Chooses by the options and by what this host offers.</summary>
    /// <exception cref="MachineException">KVM was asked for, and does not work here; or the scheduling is none of this back end's.</exception>
    public static MachineParts Choose(MachineOptions options)
    {
        if (options.Backend != BackendChoice.Software)
        {
            HostClock hostClock = new();
            KvmBackendFactory kvm = new(new KvmOptions { KernelIrqchip = options.HasPcBoard, Clock = hostClock });
            string? problem = kvm.Unavailable();
            if (problem is null)
            {
                return options.Scheduling != VcpuScheduling.InTurn || options.Vcpus == 1
                    ? new MachineParts(kvm, hostClock, VcpuScheduling.ThreadEach)
                    : throw new MachineException($"{options.Vcpus} vCPUs cannot take turns on KVM: it does not count instructions. Let each have a thread, or choose the software vCPU.");
            }

            if (options.Backend == BackendChoice.Kvm)
            {
                throw new MachineException(problem);
            }
        }

        VcpuScheduling scheduling = options.Scheduling ?? VcpuScheduling.InTurn;
        VmClock clock = scheduling == VcpuScheduling.InTurn ? new InstructionClock() : new HostClock();
        return new MachineParts(new SoftBackendFactory(new SoftOptions { Clock = clock, Vcpus = options.Vcpus }), clock, scheduling);
    }
}
