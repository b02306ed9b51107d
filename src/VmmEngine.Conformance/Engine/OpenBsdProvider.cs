using VmmEngine.Backends;
using VmmEngine.Conformance.Systems;
using VmmEngine.OpenBsd;

namespace VmmEngine.Conformance.Engine;

/// <summary>Starts OpenBSD hosts of this engine on one kind of back end, which must be without interrupt controllers.</summary>
public sealed class OpenBsdProvider(BackendFactory factory) : ISystemProvider
{
    /// <inheritdoc/>
    public string Backend => factory.Name;

    /// <inheritdoc/>
    public ISystemUnderTest Start(SystemSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);

        OpenBsdOptions options = new()
        {
            Revisions = (setup.Baseline ? Revisions.Baseline : 0) | (setup.Newer ? Revisions.Newer : 0),
            Virtualization = setup.Virtualization ? null : new Refusing(),
            BackendFactory = factory,
        };
        return new OpenBsdSystem(new OpenBsdHost(options with
        {
            VcpuLimit = setup.VcpuLimit ?? options.VcpuLimit,
            VpidMaximum = setup.VpidLimit ?? options.VpidMaximum,
        }));
    }

    /// <summary>A processor whose virtualization the firmware has locked.</summary>
    private sealed class Refusing : IVirtualization
    {
        public bool TrySwitchOn() => false;

        public void SwitchOff()
        {
        }
    }
}
