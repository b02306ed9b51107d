using VmmEngine.Locks;
using VmmEngine.Snapshots;

namespace VmmEngine.Kvm;

/// <content>Snapshots.</content>
internal sealed unsafe partial class KvmVm
{
    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, ISnapshotted>> SnapshotParts => _irqchip is null ? [] : [new("interrupt controllers", _irqchip)];

    /// <inheritdoc/>
    public override bool SavesVcpus => true;

    /// <inheritdoc/>
    public override ISnapshotted? LocalApicOf(Vcpu* vcpu) => _irqchip is null ? null : new KvmLocalApicSnapshot(State(vcpu), _cpuid, _irqchip);

    /// <inheritdoc/>
    public override void Settle(Vcpu* vcpu)
    {
        FinishExit(vcpu);
        if (_irqchip is not null)
        {
            KvmSettling.Settle(State(vcpu), _irqchip);
        }
    }

    /// <inheritdoc/>
    public override void SaveVcpu(Vcpu* vcpu, SnapshotWriter writer)
    {
        Settle(vcpu);
        new KvmVcpuSnapshot(State(vcpu), _cpuid.Fingerprint(), _msrs).Save(writer);
    }

    /// <inheritdoc/>
    public override void RestoreVcpu(Vcpu* vcpu, SnapshotReader reader)
    {
        KvmVcpuState* state = State(vcpu);
        KvmCompletion.Finish(state);
        new KvmVcpuSnapshot(state, _cpuid.Fingerprint(), _msrs).Restore(reader);
        KvmExternalInterrupts.RegistersWritten(state);
        state->Work |= _irqchip is null ? KvmWork.None : KvmWork.External;
    }

    // An instruction of several exits that has come to its next one, which nobody has seen, begins again there.
    private void FinishExit(Vcpu* vcpu)
    {
        KvmVcpuState* state = State(vcpu);
        KvmCompletion.Finish(state);
        if ((state->Work & KvmWork.ExitReady) != 0)
        {
            KvmRestart.Restart(state, _memory);
        }

        if ((state->Work & KvmWork.EndOfInterrupt) != 0)
        {
            KvmExternalInterrupts.End(state, _irqchip!);
        }
    }
}
