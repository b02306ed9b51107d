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

    /// <summary>
    /// True: the pool of VPIDs finds the bits of its upper half with an index that is a bit too narrow, in the lower half, where they are taken: it has
    /// no numbers from 2048 up. False: it has all up to <see cref="OpenBsdOptions.VpidMaximum"/>.
    /// </summary>
    public bool HalveVpids { get; init; } = true;

    /// <summary>True: a range of a type that there is not is memory. False: it is EINVAL.</summary>
    public bool UnknownTypesAreMemory { get; init; } = true;

    /// <summary>True: the baseline judges the client's address of device memory, which nobody uses, as that of memory. False: any aligned one will do.</summary>
    public bool JudgeDeviceMemoryAddresses { get; init; } = true;

    /// <summary>True: a creation with addresses where the client has no memory is ENOMEM, as everything that goes wrong with memory. False: it is EFAULT.</summary>
    public bool CreationHidesFaults { get; init; } = true;

    /// <summary>True: bits of a mask that mean nothing are ignored, in READREGS, WRITEREGS, READVMPARAMS and WRITEVMPARAMS. False: they are EINVAL.</summary>
    public bool IgnoreUnknownMaskBits { get; init; } = true;

    /// <summary>
    /// True: WRITEVMPARAMS with an address where no clock can be changes nothing and succeeds; the exception that is prepared for the guest, the next run's own
    /// event replaces. False: it is EINVAL, and the version is not written either.
    /// </summary>
    public bool HideClockErrors { get; init; } = true;

    /// <summary>True: the last 32 bytes of a range are no place for a clock. False: they are.</summary>
    public bool RefuseLastClockPlace { get; init; } = true;

    /// <summary>
    /// True: a run begins with its own vrp_intr_pending, and forgets an interrupt that VMM_IOC_INTR announced just before: nobody hears of it. False: the run
    /// finds it, once.
    /// </summary>
    public bool RunForgetsInterrupt { get; init; } = true;

    /// <summary>True: an interrupt for a guest that cannot take it at the entry is lost. False: it is kept until the guest can, or the run ends.</summary>
    public bool DropUnreadyInterrupts { get; init; } = true;

    /// <summary>True: a run that is to enter with a non-maskable interrupt enters without. False: it is delivered.</summary>
    public bool IgnoreNonMaskableInterrupts { get; init; } = true;

    /// <summary>True: an exit without data of its own shows the client the bytes of an earlier one, unless the client has answered that. False: zeros.</summary>
    public bool ShowOldExitBytes { get; init; } = true;

    /// <summary>
    /// True: a run whose exit structure cannot be written runs all the same, and its exit is lost. False: it answers EFAULT before the guest has done
    /// anything.
    /// </summary>
    public bool LoseExitOnBadPointer { get; init; } = true;

    /// <summary>
    /// True: VMM_IOC_MPROTECT_EPT makes memory writable and executable: upstream's test against it needs a bit that means nothing. False: that is EINVAL.
    /// </summary>
    public bool AllowWritableCode { get; init; } = true;
}
