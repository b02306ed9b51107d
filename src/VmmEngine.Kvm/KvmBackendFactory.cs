using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>Makes back ends on KVM.</summary>
public sealed class KvmBackendFactory(KvmOptions options) : BackendFactory
{
    /// <summary>With the usual options.</summary>
    public KvmBackendFactory()
        : this(new KvmOptions())
    {
    }

    /// <inheritdoc/>
    public override string Name => KvmVm.BackendName;

    /// <summary>Why this machine, or this user, cannot have such a back end; null if it can.</summary>
    public string? Unavailable()
    {
        try
        {
            using KvmSystem system = new(options);
            return null;
        }
        catch (BackendUnavailableException problem)
        {
            return problem.Message;
        }
    }

    /// <inheritdoc/>
    public override VmBackend Create(in BackendRequest request)
    {
        using KvmSystem system = new(options);
        return new KvmVm(system, options, request);
    }
}
