namespace VmmEngine.Locks;

/// <summary>What others must know of a vCPU, and which sets of its VM it belongs to: the bits of <see cref="Vcpu.Flags"/>.</summary>
[Flags]
public enum VcpuFlags : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It takes part in the guest: a suspend waits for it.</summary>
    Active = 1,

    /// <summary>It has noticed the suspend.</summary>
    Suspended = 2,

    /// <summary>It has halted, and no interrupt can wake it.</summary>
    HaltedForGood = 4,

    /// <summary>A non-maskable interrupt that the back end has not been told of.</summary>
    NmiLatched = 8,

    /// <summary>A client has put its local APIC into x2APIC mode.</summary>
    X2Apic = 16,

    /// <summary>It has had INIT, and begins when STARTUP comes.</summary>
    AwaitingStartup = 32,
}
