using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Snapshots;

namespace VmmEngine.FreeBsd;

/// <summary>
/// The processors' own state: of each vCPU that the back end has all that it saves, or where it saves none the registers and the event that the guest has not taken;
/// and the system registers that are on their way to the back end.
/// </summary>
/// <remarks>Every vCPU is frozen. A vCPU that the state has must exist in the VM that it is restored to. The local APICs are <see cref="LocalApicsPart"/>.</remarks>
internal sealed unsafe class VcpuPart(Vm vm) : ISnapshotted
{
    public void Save(SnapshotWriter writer)
    {
        writer.Write(IsWhole);
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
        if (reader.ReadBoolean() != IsWhole)
        {
            throw reader.Invalid("of another kind of back end");
        }

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

    private bool IsWhole => vm.Backend is { SavesVcpus: true };

    private void Save(Vcpu* vcpu, SnapshotWriter writer)
    {
        CpuRegisters registers = default;
        if (vm.Backend!.ReadRegisters(vcpu, RegisterGroups.All, ref registers) != 0)
        {
            throw new SnapshotException($"vCPU {vcpu->Id}'s registers cannot be read");
        }

        writer.Write(registers.Tsc);
        if (IsWhole)
        {
            vm.Backend.SaveVcpu(vcpu, writer);
        }
        else
        {
            SaveRegisters(vcpu, ref registers, writer);
        }

        ref VcpuContext context = ref vm.ContextOf(vcpu);
        writer.Write(context.HoldsSystem);
        CpuRegisters held = context.HoldsSystem ? context.Held : default;
        writer.WriteStruct(in held);
    }

    private void SaveRegisters(Vcpu* vcpu, ref CpuRegisters registers, SnapshotWriter writer)
    {
        writer.WriteStruct(in registers);
        bool isPending = vm.Backend!.TakeEvent(vcpu, out VcpuEvent pending);
        if (isPending)
        {
            vm.Backend.Inject(vcpu, in pending);
        }

        writer.Write(isPending ? EventInfo.ToWord(in pending) : 0);
    }

    private void Restore(Vcpu* vcpu, SnapshotReader reader)
    {
        ulong tsc = reader.ReadUInt64();
        if (IsWhole)
        {
            vm.Backend!.RestoreVcpu(vcpu, reader);
            VmHandlers.TryControl(vm, vcpu, vm.ContextOf(vcpu).Capabilities); // they are not the processor's
        }
        else
        {
            RestoreRegisters(vcpu, reader);
        }

        bool holdsSystem = reader.ReadBoolean();
        CpuRegisters held = reader.ReadStruct<CpuRegisters>();
        ref VcpuContext context = ref vm.ContextOf(vcpu);
        context.HoldsSystem = holdsSystem; // what they are worth shows when the vCPU is run, as when a client writes them
        context.Held = held;
        context.SavedTsc = tsc;
        context.HasSavedTsc = true;
    }

    private void RestoreRegisters(Vcpu* vcpu, SnapshotReader reader)
    {
        CpuRegisters registers = reader.ReadStruct<CpuRegisters>();
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
    }
}
