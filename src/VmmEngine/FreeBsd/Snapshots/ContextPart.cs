using VmmEngine.Abi.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Snapshots;

namespace VmmEngine.FreeBsd;

/// <summary>What the interface itself keeps of a vCPU: where it goes on, the event to deliver, capabilities, what it waits for, system registers that it holds.</summary>
/// <remarks>The vCPU is frozen. Whether it is active is the client's to say again, as with upstream.</remarks>
internal static unsafe class ContextPart
{
    private const uint AllCapabilities = (1u << vm_cap_type.VM_CAP_MAX) - 1;
    private const VcpuFlags Kept = VcpuFlags.AwaitingStartup | VcpuFlags.X2Apic;

    public static void Save(Vm vm, Vcpu* vcpu, SnapshotWriter writer)
    {
        ref readonly VcpuContext context = ref vm.ContextOf(vcpu);
        writer.Write(context.IsAtExit);
        writer.Write(context.NextRip);
        writer.Write(context.EventToDeliver);
        writer.Write(context.Capabilities);
        writer.Write((uint)((VcpuFlags)Volatile.Read(ref vcpu->Flags) & Kept));
    }

    public static void Restore(Vm vm, Vcpu* vcpu, SnapshotReader reader)
    {
        bool isAtExit = reader.ReadBoolean();
        ulong nextRip = reader.ReadUInt64();
        ulong pending = reader.ReadUInt64();
        uint capabilities = reader.ReadUInt32();
        VcpuFlags flags = (VcpuFlags)reader.ReadUInt32();
        if (pending != 0 && ((pending & vm_intinfo.VM_INTINFO_VALID) == 0 || !EventInfo.TryParse(pending, out _)))
        {
            throw reader.Invalid("an event that there is not");
        }

        bool known = (capabilities & ~AllCapabilities) == 0 && (flags & ~Kept) == 0;
        if (!known || !(vcpu->Backend == null ? capabilities == 0 : VmHandlers.TryControl(vm, vcpu, capabilities)))
        {
            throw reader.Invalid("capabilities that the back end does not have");
        }

        ref VcpuContext context = ref vm.ContextOf(vcpu);
        (context.IsAtExit, context.NextRip) = (isAtExit, nextRip);
        (context.EventToDeliver, context.Capabilities) = (pending, capabilities);
        Set(vcpu, VcpuFlags.AwaitingStartup, flags);
        Set(vcpu, VcpuFlags.X2Apic, flags);
    }

    private static void Set(Vcpu* vcpu, VcpuFlags flag, VcpuFlags saved)
    {
        if ((saved & flag) != 0)
        {
            VcpuSets<ProcessorAtomics>.TryAdd(flag, vcpu);
        }
        else
        {
            VcpuSets<ProcessorAtomics>.TryRemove(flag, vcpu);
        }
    }
}
