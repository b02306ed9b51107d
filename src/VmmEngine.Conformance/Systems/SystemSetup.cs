namespace VmmEngine.Conformance.Systems;

/// <summary>What a case needs of the system that it runs on.</summary>
/// <remarks>A system that exists already, such as a running kernel, throws <see cref="NotSupportedException"/> for what it is not: the case is skipped.</remarks>
public sealed record SystemSetup
{
    /// <summary>vCPU ids run from 0 to one less than this.</summary>
    public uint MaxVcpus { get; init; } = 4;

    /// <summary>VMs that one user may own; null for the system's own limit.</summary>
    public uint? MaxVmsPerUser { get; init; }

    /// <summary>Whether users see the VMs of others.</summary>
    public bool SeeOtherUids { get; init; } = true;

    /// <summary>Whether the commands that save and restore state are built in.</summary>
    public bool Snapshots { get; init; } = true;

    /// <summary>Whether the commands of older clients are built in.</summary>
    public bool OlderForms { get; init; } = true;

    /// <summary>After about so many instructions the host has other work for a vCPU's thread; 0: when it likes.</summary>
    public ulong InstructionsPerRun { get; init; }

    /// <summary>vCPUs of all VMs together, where that is limited; null for the system's own limit.</summary>
    public int? VcpuLimit { get; init; }

    /// <summary>The highest VPID; null for the system's own.</summary>
    public int? VpidLimit { get; init; }

    /// <summary>Whether the processor's virtualization can be switched on.</summary>
    public bool Virtualization { get; init; } = true;

    /// <summary>Whether the commands of OpenBSD's revision of early 2024 are known.</summary>
    public bool Baseline { get; init; } = true;

    /// <summary>Whether those of its revision of late 2025 are.</summary>
    public bool Newer { get; init; } = true;
}
