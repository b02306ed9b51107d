using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>Makes software back ends: on any machine, for any user.</summary>
public sealed class SoftBackendFactory(SoftOptions options) : BackendFactory
{
    /// <summary>With the options that fit most: the host's time, 32 MiB of decoded code a vCPU.</summary>
    public SoftBackendFactory()
        : this(new SoftOptions())
    {
    }

    /// <inheritdoc/>
    public override string Name => SoftVm.BackendName;

    /// <inheritdoc/>
    /// <exception cref="BackendUnavailableException">More vCPUs are asked for than the back end can keep apart.</exception>
    public override VmBackend Create(in BackendRequest request) => SoftVm.Create(in request, options);
}
