using VmmEngine.Abi.Kvm;
using VmmEngine.Platform;
using VmmEngine.Snapshots;

namespace VmmEngine.Kvm;

/// <summary>A vCPU's local APIC in the kernel as a part of a snapshot: its mode, its page, and what its timer waits for. The vCPU's holder.</summary>
internal sealed unsafe class KvmLocalApicSnapshot(KvmVcpuState* state, KvmCpuid cpuid, Irqchip irqchip) : ISnapshotted
{
    /// <inheritdoc/>
    public void Save(SnapshotWriter writer)
    {
        KvmSettling.Settle(state, irqchip); // a tick of the timer
        kvm_sregs system = default;
        kvm_lapic_state page = default;
        bool read = LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_GET_SREGS, &system) == 0 && KvmLocalApic.TryGet(state, &page);
        if (read && KvmLocalApic.HasFired(&page))
        {
            KvmSettling.Settle(state, irqchip); // at the last moment, perhaps: then its interrupt has not arrived
            read = KvmLocalApic.TryGet(state, &page);
        }

        if (!read)
        {
            throw new SnapshotException($"KVM does not say the state of a local APIC (errno {LibC.LastError})");
        }

        writer.Write(system.apic_base);
        writer.Write(state->OffersX2Apic != 0);
        writer.WriteStruct(in page);
        writer.Write(KvmLocalApic.DeadlineOf(state));
    }

    /// <inheritdoc/>
    public void Restore(SnapshotReader reader)
    {
        ulong mode = reader.ReadUInt64();
        uint offersX2Apic = reader.ReadBoolean() ? 1u : 0;
        kvm_lapic_state page = reader.ReadStruct<kvm_lapic_state>();
        ulong deadline = reader.ReadUInt64();

        // KVM takes another processor only for a vCPU that has not run.
        if (state->OffersX2Apic != offersX2Apic)
        {
            Accept(reader, "x2APIC mode", cpuid.TryApply(state->Descriptor, state->Id, offersX2Apic != 0));
            state->OffersX2Apic = offersX2Apic;
        }

        kvm_sregs system = default;
        Accept(reader, "mode", LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_GET_SREGS, &system) == 0);
        if (system.apic_base != mode)
        {
            system.apic_base = mode;
            Accept(reader, "mode", LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_SET_SREGS, &system) == 0);
        }

        KvmLocalApic.StopFiredTimer(&page);
        Accept(reader, "page", LibC.Ioctl(state->Descriptor, KvmVcpuWords.KVM_SET_LAPIC, &page) == 0);
        Accept(reader, "deadline", deadline == 0 || KvmLocalApic.TrySetDeadline(state, deadline)); // the page says whether it counts
    }

    private static void Accept(SnapshotReader reader, string what, bool done)
    {
        if (!done)
        {
            throw reader.Invalid($"a {what} of the local APIC that KVM refuses");
        }
    }
}
