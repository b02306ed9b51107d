using VmmEngine.Locks;

namespace VmmEngine.RunLoop;

/// <summary>The sleep of a halted vCPU, which counts as idle time.</summary>
internal static unsafe class VcpuSleep
{
    /// <summary>Sleeps until something is requested. The caller holds the vCPU.</summary>
    public static void Sleep(Vcpu* vcpu)
    {
        ulong start = HostTime.Now;
        GuestEntry<ProcessorAtomics>.Sleep(vcpu);
        vcpu->Counters->Idle += HostTime.Now - start;
    }
}
