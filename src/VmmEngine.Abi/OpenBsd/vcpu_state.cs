namespace VmmEngine.Abi.OpenBsd;

/// <summary>States of a vCPU. Sheet sections 4 and 7.1.</summary>
public static class vcpu_state
{
    public const byte VCPU_STATE_STOPPED = 0;
    public const byte VCPU_STATE_RUNNING = 1;
    public const byte VCPU_STATE_REQTERM = 2;

    /// <summary>Final: it neither runs nor resets any more.</summary>
    public const byte VCPU_STATE_TERMINATED = 3;
    public const byte VCPU_STATE_UNKNOWN = 4;
}
