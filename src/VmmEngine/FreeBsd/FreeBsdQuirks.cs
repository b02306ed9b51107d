namespace VmmEngine.FreeBsd;

/// <summary>
/// Behaviour of upstream that looks accidental, one switch each. On, the default of most, is as upstream; off is what a careful author would have done.
/// Those that lose what no client can get back, or hang it, are off by default. <c>tables/freebsd/quirks.md</c> shows each in both positions.
/// </summary>
public sealed record FreeBsdQuirks
{
    /// <summary>A VM's name of more than 229 bytes is cut without a word. Off: EINVAL.</summary>
    public bool TruncateLongNames { get; init; } = true;

    /// <summary>A slash in a VM's name is accepted and puts the device into a subdirectory. Off: EINVAL.</summary>
    public bool AllowSlashInNames { get; init; } = true;

    /// <summary>
    /// What a VM's descriptor was opened for does not matter: one that is open for reading issues every command. Off: commands
    /// need a descriptor open for writing, as the control device's do, else EPERM.
    /// </summary>
    public bool IgnoreOpenMode { get; init; } = true;

    /// <summary>A client may suspend a VM with the reason that stands for its destruction. Off: EINVAL.</summary>
    public bool AllowSuspendToDestroy { get; init; } = true;

    /// <summary>A topology without sockets, cores or threads is accepted. Off: EINVAL.</summary>
    public bool AllowEmptyTopology { get; init; } = true;

    /// <summary>
    /// All VMs share one directory of device nodes, so creation answers EEXIST for the name of a VM that the caller cannot see, and
    /// reveals it. Off: nodes that a caller cannot see do not exist for it; of several visible VMs of one name the oldest is meant.
    /// </summary>
    public bool ShareNodesAcrossVisibility { get; init; } = true;

    /// <summary>
    /// VM_RUN looks at its output pointers only when the guest has run, so a bad one answers EFAULT and loses the exit. Off, the default:
    /// before.
    /// </summary>
    public bool LoseExitOnBadPointer { get; init; }

    /// <summary>Unmapping address 0, length 0 succeeds, for that is what an unused slot of the table looks like. Off: EINVAL.</summary>
    public bool UnmapEmptySlots { get; init; } = true;

    /// <summary>The older forms of VM_GET_MEMSEG write today's segment id over the one they were asked for. Off: they leave it.</summary>
    public bool ReportTranslatedSegmentIds { get; init; } = true;

    /// <summary>
    /// Creation by the older way, a system control, asks for the private data of an open file that it does not come through, and answers EBADF. Off: it
    /// works.
    /// </summary>
    public bool RefuseLegacyCreation { get; init; } = true;

    /// <summary>
    /// The vCPUs of a VM that is destroyed wait for those whose threads are not inside VM_RUN and never come, and the destruction with them, until
    /// the process ends. Off, the default: a destruction ends the wait.
    /// </summary>
    public bool AwaitStrandedVcpus { get; init; }

    /// <summary>
    /// A line or pin that is withdrawn more often than asserted has a negative count, and is silent until that is made up for. Off: what nobody asserts cannot be
    /// withdrawn, and trying it changes nothing.
    /// </summary>
    public bool AllowNegativePinCounts { get; init; } = true;

    /// <summary>
    /// A message to an address that is none of a local APIC answers as older revisions do, with what makes a system call start again, for ever, or until a signal:
    /// EINTR here, where no call starts again by itself. Off, the default: EINVAL, as the newer ones.
    /// </summary>
    public bool RestartOnBadMessage { get; init; }

    /// <summary>Turning on a capability that can only be asked for (RDPID, RDTSCP) answers ENOENT, as if there were none. Off: EOPNOTSUPP.</summary>
    public bool HideReadOnlyCapabilities { get; init; } = true;
}
