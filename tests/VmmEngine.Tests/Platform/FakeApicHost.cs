using VmmEngine.Platform;

namespace VmmEngine.Tests.Platform;

/// <summary>vCPUs without a processor: counts what they are told.</summary>
internal sealed class FakeApicHost : IApicHost
{
    private readonly int[] _notified = new int[64];
    private readonly int[] _nmis = new int[64];

    /// <summary>A bit for each vCPU that is part of the guest.</summary>
    public ulong Active { get; set; } = ulong.MaxValue;

    /// <summary>What every time-stamp counter says.</summary>
    public Func<ulong> Counter { get; set; } = () => 0;

    public int NotifiedOf(int vcpu) => Volatile.Read(ref _notified[vcpu]);

    public int NmisOf(int vcpu) => Volatile.Read(ref _nmis[vcpu]);

    public void Notify(int vcpu) => Interlocked.Increment(ref _notified[vcpu]);

    public void RaiseNmi(int vcpu) => Interlocked.Increment(ref _nmis[vcpu]);

    public bool IsActive(int vcpu) => (Active & (1UL << vcpu)) != 0;

    public ulong TimeStamp(int vcpu) => Counter();
}
