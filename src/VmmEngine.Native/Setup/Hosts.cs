using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using VmmEngine.Kvm;
using VmmEngine.OpenBsd;
using VmmEngine.RunLoop.Scripted;
using VmmEngine.SoftX86;

namespace VmmEngine.Native.Setup;

/// <summary>The two systems that the process sees.</summary>
internal sealed class Hosts
{
    private BackendUnavailableException? _explained;

    /// <summary>Sets both up. VMs are made later, and so are processors.</summary>
    public Hosts(EngineOptions options)
    {
        Options = options;
        BackendKind backend = Choose(options);

        FreeBsdHostOptions defaults = new();
        uint vcpus = options.MaxVcpus ?? defaults.MaxCpu;
        SoftOptions software = new() { Vcpus = (int)uint.Min(vcpus, SoftOptions.MostVcpus) };
        FreeBsd = new FreeBsdHost(defaults with
        {
            MaxCpu = backend == BackendKind.Software ? (uint)software.Vcpus : vcpus,
            MaxVmsPerUser = options.MaxVms ?? defaults.MaxVmsPerUser,
            Enabled = options.HasSnapshots ? defaults.Enabled | Option.Snapshot | Option.Snapshot13 : defaults.Enabled,
            BackendFactory = Make(backend, new KvmOptions { ThreadSignals = true }, software),
        });

        // That interface has one vCPU a VM, and leaves interrupt controllers to the client.
        OpenBsd = new OpenBsdHost(new OpenBsdOptions
        {
            Revisions = Revisions.Both,
            CloseTerminatesVms = options.EndsWithDescriptor,
            BackendFactory = Make(backend, new KvmOptions { KernelIrqchip = false, ThreadSignals = true }, new SoftOptions()),
        });
    }

    /// <summary>What was chosen.</summary>
    public EngineOptions Options { get; }

    /// <summary>FreeBSD's devices.</summary>
    public FreeBsdHost FreeBsd { get; }

    /// <summary>OpenBSD's device.</summary>
    public OpenBsdHost OpenBsd { get; }

    /// <summary>Logs why VMs cannot be made, once for each reason.</summary>
    public void ExplainFailure()
    {
        if (FreeBsd.BackendFailure is { } failure && Interlocked.Exchange(ref _explained, failure) != failure)
        {
            Log.Write(LogSeverity.Warning, failure.Message);
        }
    }

    private static BackendFactory Make(BackendKind backend, KvmOptions kvm, SoftOptions software) => backend switch
    {
        BackendKind.Kvm => new KvmBackendFactory(kvm),
        BackendKind.Scripted => new ScriptedBackendFactory(ScriptedBackendFactory.EndlessOut),
        _ => new SoftBackendFactory(software),
    };

    private static BackendKind Choose(EngineOptions options)
    {
        if (options.Backend is BackendKind.Software or BackendKind.Scripted)
        {
            Log.Write(LogSeverity.Information, options.Backend == BackendKind.Software ? "guests run on the software processor, as asked for" : "guests are scripted, as asked for");
            return options.Backend;
        }

        string? problem = new KvmBackendFactory().Unavailable();
        if (problem is null)
        {
            Log.Write(LogSeverity.Information, "guests run on KVM");
            return BackendKind.Kvm;
        }

        bool insists = options.Backend == BackendKind.Kvm;
        Log.Write(insists ? LogSeverity.Warning : LogSeverity.Information, insists ? problem : $"guests run on the software processor: {problem}");
        return insists ? BackendKind.Kvm : BackendKind.Software;
    }
}
