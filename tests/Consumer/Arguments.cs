using System.Runtime.InteropServices;

namespace Counter;

/// <summary>Adds to the counter of one vCPU and answers its new value.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct counter_add
{
    public int vcpuid;
    public int amount;
    public long value;
}

/// <summary>The sum of all counters.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct counter_total
{
    public long total;
}
