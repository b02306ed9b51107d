namespace VmmEngine.Backends;

/// <summary>What <see cref="VcpuExit.Detail"/> of an <see cref="ExitReason.TaskSwitch"/> says, in one word.</summary>
/// <remarks>Bits: 0-15 selector, 16-17 cause, 18 external, 19 error code valid, 32-63 error code.</remarks>
public readonly record struct TaskSwitchRequest(ulong Word)
{
    private const int CauseShift = 16;
    private const ulong ExternalBit = 1 << 18;
    private const ulong ErrorCodeBit = 1 << 19;
    private const int ErrorCodeShift = 32;

    /// <summary>Puts one together.</summary>
    /// <param name="selector">The new task's state segment.</param>
    /// <param name="cause">What switches.</param>
    /// <param name="external">An exception or interrupt switches, and no instruction.</param>
    /// <param name="errorCode">What is to be pushed onto the new task's stack.</param>
    public TaskSwitchRequest(ushort selector, TaskSwitchCause cause, bool external, uint? errorCode)
        : this(selector | ((ulong)cause << CauseShift) | (external ? ExternalBit : 0)
            | (errorCode is { } code ? ErrorCodeBit | ((ulong)code << ErrorCodeShift) : 0))
    {
    }

    /// <summary>The new task's state segment.</summary>
    public ushort Selector => (ushort)Word;

    /// <summary>What switches.</summary>
    public TaskSwitchCause Cause => (TaskSwitchCause)(Word >> CauseShift & 3);

    /// <summary>An exception or interrupt switches, and no instruction.</summary>
    public bool IsExternal => (Word & ExternalBit) != 0;

    /// <summary>What is to be pushed onto the new task's stack; null for nothing.</summary>
    public uint? ErrorCode => (Word & ErrorCodeBit) != 0 ? (uint)(Word >> ErrorCodeShift) : null;
}

/// <summary>What switches tasks; numbered as VMX and FreeBSD number it.</summary>
public enum TaskSwitchCause
{
    /// <summary>CALL: the old task stays busy, the new one is nested in it.</summary>
    Call,

    /// <summary>IRET: back to the task that the current one is nested in.</summary>
    Return,

    /// <summary>JMP: the old task is no longer busy.</summary>
    Jump,

    /// <summary>A task gate of the interrupt table: like CALL.</summary>
    Interrupt,
}
