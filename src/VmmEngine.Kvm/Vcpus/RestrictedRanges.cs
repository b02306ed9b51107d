using VmmEngine.Memory;

namespace VmmEngine.Kvm;

/// <summary>Mapped guest memory that may not be written, or not be accessed at all: an access there is a memory fault and not a device's.</summary>
/// <remarks>Changed only while all vCPUs are frozen, read by those that run.</remarks>
internal unsafe struct RestrictedRanges
{
    /// <summary>How many there are.</summary>
    public uint Count;

    /// <summary>How many there is room for.</summary>
    public uint Capacity;

    public RestrictedRange* Ranges;

    /// <summary>What may be done at an address that may not be used freely; null if it is not mapped.</summary>
    public static RestrictedRange* Find(RestrictedRanges* ranges, ulong address)
    {
        for (uint i = 0; i < ranges->Count; i++)
        {
            RestrictedRange* range = ranges->Ranges + i;
            if (address - range->Start < range->Length)
            {
                return range;
            }
        }

        return null;
    }
}

/// <summary>One piece of guest memory.</summary>
internal struct RestrictedRange
{
    public ulong Start;
    public ulong Length;
    public MemoryProtection Protection;
}
