using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>Which offsets are inside a segment.</summary>
internal static class SegmentLimits
{
    /// <summary>True if all bytes of an access are inside a segment of 16-bit or 32-bit code.</summary>
    public static bool Contains(in SegmentRegister segment, ulong offset, uint size)
    {
        ulong last = offset + (size - 1);
        if ((segment.Access & (AccessBits.Code | AccessBits.ExpandDown | AccessBits.NotSystem)) != (AccessBits.ExpandDown | AccessBits.NotSystem))
        {
            return last <= segment.Limit && last >= offset;
        }

        ulong top = (segment.Access & AccessBits.Big) != 0 ? uint.MaxValue : ushort.MaxValue;
        return offset > segment.Limit && last <= top && last >= offset;
    }
}
