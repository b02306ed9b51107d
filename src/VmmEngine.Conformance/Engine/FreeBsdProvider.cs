using VmmEngine.Backends;
using VmmEngine.Conformance.Systems;
using VmmEngine.FreeBsd;

namespace VmmEngine.Conformance.Engine;

/// <summary>Starts FreeBSD hosts of this engine on one kind of back end.</summary>
public sealed class FreeBsdProvider(BackendFactory factory) : ISystemProvider
{
    /// <inheritdoc/>
    public string Backend => factory.Name;

    /// <inheritdoc/>
    public ISystemUnderTest Start(SystemSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);

        if (setup.InstructionsPerRun != 0 && factory.Name == "kvm")
        {
            throw new NotSupportedException("KVM counts no instructions, so nothing ends a run after some");
        }

        FreeBsdHostOptions options = new()
        {
            MaxCpu = setup.MaxVcpus,
            SeeOtherUids = setup.SeeOtherUids,
            Enabled = (setup.Snapshots ? Option.Snapshot | Option.Snapshot13 : 0)
                | (setup.OlderForms ? Option.Compat12 | Option.Compat13 | Option.Compat14 : 0),
            InstructionsPerRun = setup.InstructionsPerRun,
            BackendFactory = factory,
        };
        return new FreeBsdSystem(new FreeBsdHost(setup.MaxVmsPerUser is uint limit ? options with { MaxVmsPerUser = limit } : options));
    }
}
