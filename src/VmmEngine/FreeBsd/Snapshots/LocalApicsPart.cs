using VmmEngine.Locks;
using VmmEngine.Platform;
using VmmEngine.Snapshots;

namespace VmmEngine.FreeBsd;

/// <summary>The local APICs of the vCPUs that the back end has, and has with one.</summary>
/// <remarks>Every vCPU is frozen. A vCPU that the state has must exist in the VM that it is restored to.</remarks>
internal sealed unsafe class LocalApicsPart(Vm vm) : IChipPart
{
    public void Save(SnapshotWriter writer)
    {
        for (uint id = 0; id < vm.Locks->VcpuLimit; id++)
        {
            ISnapshotted? apic = Of(vm.Locks->Vcpus + id);
            writer.Write(apic is not null);
            apic?.Save(writer);
        }
    }

    public void Restore(SnapshotReader reader)
    {
        for (uint id = 0; id < vm.Locks->VcpuLimit; id++)
        {
            if (!reader.ReadBoolean())
            {
                continue;
            }

            Vcpu* vcpu = vm.Locks->Vcpus + id;
            bool exists = (VcpuState)vcpu->State != VcpuState.Absent && vm.Backend is not null && (vcpu->Backend != null || vm.Backend.Prepare(vcpu) == 0);
            ISnapshotted? apic = exists ? Of(vcpu) : null;
            if (apic is null)
            {
                throw reader.Invalid($"of vCPU {id}, which the VM does not have");
            }

            apic.Restore(reader);
        }
    }

    public void Resume()
    {
        for (uint id = 0; id < vm.Locks->VcpuLimit; id++)
        {
            (Of(vm.Locks->Vcpus + id) as LocalApic)?.Resume(); // the kernel's go on by themselves
        }
    }

    private ISnapshotted? Of(Vcpu* vcpu) => vcpu->Backend == null ? null : vm.Backend!.LocalApicOf(vcpu);
}
