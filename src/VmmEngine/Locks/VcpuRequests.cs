namespace VmmEngine.Locks;

/// <summary>
/// What others want of a vCPU: the bits of <see cref="Vcpu.Requests"/>. Guest code is not entered while any is set.
/// </summary>
/// <remarks>Bits 0..15 are flags, bits 16..31 count the callers that wait to eject the vCPU.</remarks>
[Flags]
public enum VcpuRequests : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Leave the guest and go idle. Cleared when the runner returns for it, so it can outlive its reason.</summary>
    Idle = 1,

    /// <summary>The VM is being suspended.</summary>
    Suspend = 2,

    /// <summary>The vCPU is stopped for a debugger.</summary>
    DebugStop = 4,

    /// <summary>Something to deliver to the guest may have arrived: look, then go on. Cleared by the runner before it looks.</summary>
    Event = 8,

    /// <summary>A signal's handler has run on the thread that runs the vCPU: return to the caller. Posted by that thread itself, above its run.</summary>
    Signal = 16,

    /// <summary>One caller that waits to eject the vCPU: a unit of the count, not a flag.</summary>
    OneEjector = 1 << 16,
}
