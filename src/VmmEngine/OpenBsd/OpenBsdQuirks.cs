namespace VmmEngine.OpenBsd;

/// <summary>Oddities of upstream, each with a switch: true is upstream's way.</summary>
public sealed record OpenBsdQuirks
{
    /// <summary>
    /// True: a creation switches virtualization on before it looks at its argument, and a failed one leaves it on, VMs or not. False: it
    /// looks at the argument first, and a failed creation leaves virtualization as it found it.
    /// </summary>
    public bool VirtualizationFirst { get; init; } = true;

    /// <summary>True: a name without a NUL in its 64 bytes is cut to 63 without a word. False: it is EINVAL.</summary>
    public bool TruncateNames { get; init; } = true;

    /// <summary>
    /// True: a report counts VMs that are being terminated, and ends with one record of zeros for each. False: it counts what it lists.
    /// </summary>
    public bool ReportCountsDyingVms { get; init; } = true;

    /// <summary>
    /// What the baseline answers when two callers terminate one VM at the same time: upstream corrupts its list, which is not offered. True:
    /// EBUSY, the newer revision's answer. False: ENOENT, as if the second had come a moment later.
    /// </summary>
    public bool BaselineSecondTerminationIsBusy { get; init; } = true;

    /// <summary>
    /// True: VMM_IOC_SHAREMEM with other ranges than the VM's, or the baseline's with addresses that cannot be, maps nothing and succeeds. False:
    /// EINVAL, ENOMEM.
    /// </summary>
    public bool ShareIgnoresErrors { get; init; } = true;

    /// <summary>
    /// True: a run whose exit structure cannot be read answers EFAULT and leaves the vCPU in the running state for good. False: it is
    /// stopped, as before the call.
    /// </summary>
    public bool BadAnswerLeavesRunning { get; init; } = true;

    /// <summary>
    /// True: the baseline takes a VPID at every reset and gives only the last one back, so that resets use the numbers up. False: a reset gives back the one
    /// before.
    /// </summary>
    public bool ResetLeaksVpids { get; init; } = true;
}
