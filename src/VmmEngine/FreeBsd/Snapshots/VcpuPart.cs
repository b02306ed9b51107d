using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Snapshots;

namespace VmmEngine.FreeBsd;

/// <summary>The processors' own state: the registers of each vCPU that the back end has, and the event that its guest has not taken.</summary>
/// <remarks>Every vCPU is frozen. A vCPU that the state has must exist in the VM that it is restored to.</remarks>
internal sealed unsafe class VcpuPart(Vm vm) : ISnapshotted
{
    public void Save(SnapshotWriter writer)
    {
        for (uint id = 0; id < vm.Locks->VcpuLimit; id++)
        {
            Vcpu* vcpu = vm.Locks->Vcpus + id;
            writer.Write(vcpu->Backend != null);
            if (vcpu->Backend != null)
            {
                Save(vcpu, writer);
            }
        }
    }

    public void Restore(SnapshotReader reader)
    {
        for (uint id = 0; id < vm.Locks->VcpuLimit; id++)
        {
            Vcpu* vcpu = vm.Locks->Vcpus + id;
            if (!reader.ReadBoolean())
            {
                continue;
            }

            if ((VcpuState)vcpu->State == VcpuState.Absent || vm.Backend is null || (vcpu->Backend == null && vm.Backend.Prepare(vcpu) != 0))
            {
                throw reader.Invalid($"vCPU {id}, which the VM does not have");
            }

            Restore(vcpu, reader);
        }
    }

    private void Save(Vcpu* vcpu, SnapshotWriter writer)
    {
        CpuRegisters registers = default;
        if (SystemRegisters.Read(vm, vcpu, RegisterGroups.All, ref registers) != 0)
        {
            throw new SnapshotException($"vCPU {vcpu->Id}'s registers cannot be read");
        }

        writer.Write(new ReadOnlySpan<byte>(&registers, sizeof(CpuRegisters)));
        bool isPending = vm.Backend!.TakeEvent(vcpu, out VcpuEvent pending);
        if (isPending)
        {
            vm.Backend.Inject(vcpu, in pending);
        }

        writer.Write(isPending ? EventInfo.ToWord(in pending) : 0);
    }

    private void Restore(Vcpu* vcpu, SnapshotReader reader)
    {
        CpuRegisters registers;
        reader.Read(new Span<byte>(&registers, sizeof(CpuRegisters)));
        ulong word = reader.ReadUInt64();
        VcpuEvent pending = default;
        if (word != 0 && !EventInfo.TryParse(word, out pending))
        {
            throw reader.Invalid("an event that there is not");
        }

        if (vm.Backend!.WriteRegisters(vcpu, RegisterGroups.All, in registers) != 0)
        {
            throw reader.Invalid("register values that no processor has");
        }

        vm.Backend.TakeEvent(vcpu, out _);
        if (word != 0)
        {
            vm.Backend.Inject(vcpu, in pending);
        }

        ref VcpuContext context = ref vm.ContextOf(vcpu);
        context.HoldsSystem = false;
        context.SavedTsc = registers.Tsc;
        context.HasSavedTsc = true;
    }
}
