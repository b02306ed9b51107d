namespace VmmEngine.Abi.FreeBsd;

/// <summary>States of a vCPU. Sheet section 4; not part of any argument, kept here for their numbers.</summary>
public static class vcpu_state
{
    public const int VCPU_IDLE = 0;
    public const int VCPU_FROZEN = 1;
    public const int VCPU_RUNNING = 2;
    public const int VCPU_SLEEPING = 3;
}
