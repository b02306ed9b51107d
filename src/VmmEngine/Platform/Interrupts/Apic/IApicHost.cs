namespace VmmEngine.Platform;

/// <summary>What local APICs need of the vCPUs. Any thread, unless said otherwise; nothing here waits, throws or calls back.</summary>
public interface IApicHost
{
    /// <summary>The vCPU may have something to take: it looks before its next instruction, and wakes up for that.</summary>
    void Notify(int vcpu);

    /// <summary>Latches a non-maskable interrupt and notifies.</summary>
    void RaiseNmi(int vcpu);

    /// <summary>True if the vCPU takes part in the guest.</summary>
    bool IsActive(int vcpu);

    /// <summary>The vCPU's time-stamp counter, which counts nanoseconds of the VM's clock from some offset. Called by the vCPU's holder.</summary>
    ulong TimeStamp(int vcpu);
}
