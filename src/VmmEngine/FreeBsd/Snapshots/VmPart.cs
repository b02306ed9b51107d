using VmmEngine.Abi.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Snapshots;

namespace VmmEngine.FreeBsd;

/// <summary>What the interface itself keeps of a VM and its vCPUs: its topology, and of each vCPU what <see cref="ContextPart"/> says.</summary>
/// <remarks>Every vCPU is frozen. The vCPUs that are activated are the client's to activate again, as with upstream.</remarks>
internal sealed unsafe class VmPart(Vm vm) : ISnapshotted
{
    public void Save(SnapshotWriter writer)
    {
        vm_cpu_topology topology = vm.Topology.Read();
        writer.Write(topology.sockets);
        writer.Write(topology.cores);
        writer.Write(topology.threads);
        writer.Write(vm.Locks->VcpuLimit);
        for (uint id = 0; id < vm.Locks->VcpuLimit; id++)
        {
            ContextPart.Save(vm, vm.Locks->Vcpus + id, writer);
        }
    }

    public void Restore(SnapshotReader reader)
    {
        vm_cpu_topology topology = new() { sockets = reader.ReadUInt16(), cores = reader.ReadUInt16(), threads = reader.ReadUInt16() };
        if (reader.ReadUInt32() != vm.Locks->VcpuLimit)
        {
            throw reader.Invalid("of a VM with another number of vCPU ids");
        }

        for (uint id = 0; id < vm.Locks->VcpuLimit; id++)
        {
            ContextPart.Restore(vm, vm.Locks->Vcpus + id, reader);
        }

        vm.Topology.Write(in topology);
    }
}
