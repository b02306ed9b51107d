using System.Runtime.CompilerServices;
using VmmEngine.Locks;
using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Ratios.Benchmarks;

/// <summary>The engine's side: freeze all idle vCPUs, thaw them all.</summary>
internal sealed class FreezeAllVariant(RatioWorld world) : Variant
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public override ulong Run(int thread, long count)
    {
        ref VmLocks locks = ref world.Locks;
        for (long i = 0; i < count; i++)
        {
            VcpuLocks<ProcessorAtomics>.FreezeAll(ref locks);
            VcpuLocks<ProcessorAtomics>.ThawAll(ref locks);
        }

        return 0;
    }
}
