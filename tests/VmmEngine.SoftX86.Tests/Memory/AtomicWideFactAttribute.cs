namespace VmmEngine.SoftX86.Tests.Memory;

/// <summary>Skipped where 16 bytes cannot be exchanged atomically: there vCPUs do not run on several threads.</summary>
internal sealed class AtomicWideFactAttribute : FactAttribute
{
    public AtomicWideFactAttribute()
    {
        if (!WideAtomics.IsSupported)
        {
            Skip = "the host has no 16-byte compare-exchange that can be used";
        }
    }
}
