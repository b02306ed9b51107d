using Old = VmmEngine.OpenBsd.Baseline.BaselineCommandWords;
using New = VmmEngine.OpenBsd.Newer.NewerCommandWords;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>The device's command words.</summary>
internal static class Words
{
    /// <summary>Commands on a vCPU: the VM's id first, the vCPU's second.</summary>
    public static uint[] BaselineVcpu { get; } =
    [
        Old.VMM_IOC_RUN, Old.VMM_IOC_RESETCPU, Old.VMM_IOC_INTR, Old.VMM_IOC_READREGS, Old.VMM_IOC_WRITEREGS, Old.VMM_IOC_READVMPARAMS,
        Old.VMM_IOC_WRITEVMPARAMS, Old.VMM_IOC_MPROTECT_EPT,
    ];

    /// <inheritdoc cref="BaselineVcpu"/>
    public static uint[] NewerVcpu { get; } =
    [
        New.VMM_IOC_RUN, New.VMM_IOC_RESETCPU, New.VMM_IOC_INTR, New.VMM_IOC_READREGS, New.VMM_IOC_WRITEREGS, New.VMM_IOC_READVMPARAMS,
        New.VMM_IOC_WRITEVMPARAMS,
    ];

    /// <summary>Commands for processes that manage VMs.</summary>
    public static uint[] BaselineManagement { get; } = [Old.VMM_IOC_CREATE, Old.VMM_IOC_INFO, Old.VMM_IOC_SHAREMEM];

    /// <inheritdoc cref="BaselineManagement"/>
    public static uint[] NewerManagement { get; } = [New.VMM_IOC_CREATE, New.VMM_IOC_INFO, New.VMM_IOC_SHAREMEM];

    public static uint[] Baseline { get; } = [.. BaselineManagement, .. BaselineVcpu, Old.VMM_IOC_TERM];

    public static uint[] Newer { get; } = [.. NewerManagement, .. NewerVcpu, New.VMM_IOC_TERM];

    public static uint[] All { get; } = [.. Baseline.Union(Newer)];
}
