using VmmEngine.Abi.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Snapshots;

namespace VmmEngine.FreeBsd;

/// <summary>What the interface itself keeps of a VM and its vCPUs: topology, capabilities, where each goes on, the event to deliver.</summary>
/// <remarks>Every vCPU is frozen. The vCPUs that are activated are the client's to activate again, as with upstream.</remarks>
internal sealed unsafe class VmPart(Vm vm) : ISnapshotted
{
    private const uint AllCapabilities = (1u << vm_cap_type.VM_CAP_MAX) - 1;

    public void Save(SnapshotWriter writer)
    {
        vm_cpu_topology topology = vm.Topology.Read();
        writer.Write(topology.sockets);
        writer.Write(topology.cores);
        writer.Write(topology.threads);
        writer.Write(vm.Locks->VcpuLimit);
        for (uint id = 0; id < vm.Locks->VcpuLimit; id++)
        {
            ref readonly VcpuContext context = ref vm.ContextOf(vm.Locks->Vcpus + id);
            writer.Write(context.IsAtExit);
            writer.Write(context.NextRip);
            writer.Write(context.EventToDeliver);
            writer.Write(context.Capabilities);
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
            Restore(vm.Locks->Vcpus + id, reader);
        }

        vm.Topology.Write(in topology);
    }

    private void Restore(Vcpu* vcpu, SnapshotReader reader)
    {
        ref VcpuContext context = ref vm.ContextOf(vcpu);
        context.IsAtExit = reader.ReadBoolean();
        context.NextRip = reader.ReadUInt64();
        ulong pending = reader.ReadUInt64();
        uint capabilities = reader.ReadUInt32();
        if (pending != 0 && ((pending & vm_intinfo.VM_INTINFO_VALID) == 0 || !EventInfo.TryParse(pending, out _)))
        {
            throw reader.Invalid("an event that there is not");
        }

        bool known = (capabilities & ~AllCapabilities) == 0;
        if (!known || !(vcpu->Backend == null ? capabilities == 0 : VmHandlers.TryControl(vm, vcpu, capabilities)))
        {
            throw reader.Invalid("capabilities that the back end does not have");
        }

        context.EventToDeliver = pending;
        context.Capabilities = capabilities;
    }
}
