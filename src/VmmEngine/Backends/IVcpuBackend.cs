namespace VmmEngine.Backends;

/// <summary>
/// One vCPU as the run loop sees it: a small struct of pointers, so that each back end gets a loop of its own with nothing virtual in it.
/// </summary>
/// <remarks>
/// Used only by the thread that holds the vCPU, which may be another one at each run. Nothing here throws, allocates or takes a lock.
/// </remarks>
public unsafe interface IVcpuBackend
{
    /// <summary>Where the last exit is. The address is fixed for the vCPU's life.</summary>
    VcpuExit* Exit { get; }

    /// <summary>
    /// Called frozen, before each look at the requests: forgets the kicks so far. One that comes later makes <see cref="Enter"/> return soon.
    /// </summary>
    /// <remarks>It must come before the look. A kick that it forgets belongs to a request that the look finds; the other way round it would be lost.</remarks>
    void Arm();

    /// <summary>Completes the previous exit, executes guest code, and returns with the next exit in <see cref="Exit"/>. The vCPU is Running.</summary>
    /// <remarks>A vCPU that halted and that nothing has woken exits with <see cref="ExitReason.Halt"/> again.</remarks>
    void Enter();

    /// <summary>
    /// Called frozen, before an entry, when <see cref="Locks.VcpuRequests.Event"/> was posted: finds out what is to be delivered.
    /// </summary>
    void TakeEvents();

    /// <summary>After HLT: true if something can end it already (NMI, or an interrupt while they are enabled).</summary>
    bool CanResumeFromHalt { get; }
}
