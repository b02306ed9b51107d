using System.Globalization;
using VmmEngine.Devices;

namespace VmmEngine.Native.Setup;

/// <summary>What executes guests.</summary>
internal enum BackendKind
{
    /// <summary>KVM where it can be used, else the software processor.</summary>
    Automatic,

    /// <summary>KVM.</summary>
    Kvm,

    /// <summary>The software processor.</summary>
    Software,

    /// <summary>No processor: every vCPU writes to a port for ever.</summary>
    Scripted,
}

/// <summary>What a client, or who starts it, chooses by names and values; vmmengine.h lists them.</summary>
internal sealed class EngineOptions
{
    private const string Prefix = "VMMENGINE_";

    // The log first: it hears of what is wrong with the others.
    private static readonly string[] Names = ["log", "backend", "lifetime", "credential", "snapshots", "max_vcpus", "max_vms"];

    /// <summary>What executes guests.</summary>
    public BackendKind Backend { get; private set; }

    /// <summary>VMs end with their descriptors.</summary>
    public bool EndsWithDescriptor { get; private set; }

    /// <summary>The process's user ids count, as upstream; else the process is the superuser of its own VMs.</summary>
    public bool UsesProcessCredential { get; private set; }

    /// <summary>FreeBSD's snapshot commands are there.</summary>
    public bool HasSnapshots { get; private set; }

    /// <summary>hw.vmm.maxcpu; null for the engine's default.</summary>
    public uint? MaxVcpus { get; private set; }

    /// <summary>hw.vmm.maxvmms; null for the engine's default.</summary>
    public uint? MaxVms { get; private set; }

    /// <summary>On whose behalf a device is opened.</summary>
    public Credential Credential => UsesProcessCredential
        ? new Credential { RealUid = LibC.RealUser(), EffectiveUid = LibC.EffectiveUser() }
        : Credential.Superuser;

    /// <summary>The options that the environment sets; one that cannot be understood is logged and left out.</summary>
    public static EngineOptions FromEnvironment()
    {
        EngineOptions options = new();
        foreach (string name in Names)
        {
            string variable = Prefix + name.ToUpperInvariant();
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value && !options.TrySet(name, value))
            {
                Log.Write(LogSeverity.Warning, $"{variable}={value} is ignored: vmmengine.h lists the values");
            }
        }

        return options;
    }

    /// <summary>Sets an option.</summary>
    /// <returns>False for an option or a value that there is not.</returns>
    public bool TrySet(string name, string value)
    {
        switch (name, value)
        {
            case ("backend", "auto"):
                Backend = BackendKind.Automatic;
                return true;
            case ("backend", "kvm"):
                Backend = BackendKind.Kvm;
                return true;
            case ("backend", "software"):
                Backend = BackendKind.Software;
                return true;
            case ("backend", "scripted"):
                Backend = BackendKind.Scripted;
                return true;
            case ("lifetime", "process" or "descriptor"):
                EndsWithDescriptor = value == "descriptor";
                return true;
            case ("credential", "superuser" or "process"):
                UsesProcessCredential = value == "process";
                return true;
            case ("snapshots", "off" or "on"):
                HasSnapshots = value == "on";
                return true;
            case ("log", "off" or "stderr"):
                Log.ToStandardError = value == "stderr";
                return true;
            case ("max_vcpus", _):
                MaxVcpus = Number(value);
                return MaxVcpus is not null;
            case ("max_vms", _):
                MaxVms = Number(value);
                return MaxVms is not null;
            default:
                return false;
        }
    }

    private static uint? Number(string value) =>
        uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number > 0 ? number : null;
}
