using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using static VmmEngine.Abi.FreeBsd.vm_intinfo;

namespace VmmEngine.FreeBsd;

/// <summary>Between the interface's word for an event (see <see cref="vm_intinfo"/>) and the engine's value.</summary>
internal static class EventInfo
{
    private const byte NonMaskableVector = 2;
    private const byte ExceptionVectors = 32;

    /// <summary>The word of an event.</summary>
    public static ulong ToWord(in VcpuEvent what)
    {
        ulong type = what.Kind switch
        {
            EventKind.External => VM_INTINFO_HWINTR,
            EventKind.NonMaskable => VM_INTINFO_NMI,
            EventKind.Exception => VM_INTINFO_HWEXCEPTION,
            _ => VM_INTINFO_SWINTR,
        };
        ulong code = what.HasErrorCode ? VM_INTINFO_DEL_ERRCODE | ((ulong)what.ErrorCode << VM_INTINFO_ERRCODE_SHIFT) : 0;
        return VM_INTINFO_VALID | type | what.Vector | code;
    }

    /// <summary>The event of a word that says it is valid.</summary>
    /// <returns>False for reserved bits, a type that there is not, an NMI of another vector than 2 and an exception that there is not.</returns>
    public static bool TryParse(ulong word, out VcpuEvent what)
    {
        what = default;
        byte vector = (byte)(word & VM_INTINFO_VECTOR_MASK);
        EventKind kind;
        switch (word & VM_INTINFO_TYPE_MASK)
        {
            case VM_INTINFO_HWINTR:
                kind = EventKind.External;
                break;

            case VM_INTINFO_NMI when vector == NonMaskableVector:
                kind = EventKind.NonMaskable;
                break;

            case VM_INTINFO_HWEXCEPTION when vector < ExceptionVectors:
                kind = EventKind.Exception;
                break;

            case VM_INTINFO_SWINTR:
                kind = EventKind.Software;
                break;

            default:
                return false;
        }

        bool hasCode = (word & VM_INTINFO_DEL_ERRCODE) != 0;
        what = new VcpuEvent(kind, vector, hasCode, hasCode ? (uint)(word >> VM_INTINFO_ERRCODE_SHIFT) : 0);
        return (word & VM_INTINFO_RSVD) == 0;
    }
}
