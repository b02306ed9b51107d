using System.Runtime.CompilerServices;
using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>From segment and offset to linear address: Intel SDM volume 3, chapter 5.3 to 5.7.</summary>
internal static unsafe class Segmentation
{
    /// <summary>Checks an access to a segment, and says where it is.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="segment">A <see cref="SegmentIndex"/> of ES to GS.</param>
    /// <param name="offset">Already cut to the address size.</param>
    /// <param name="size">Bytes, at least 1.</param>
    /// <param name="access">What for.</param>
    /// <param name="linear">The linear address.</param>
    /// <returns>False: #GP(0), or #SS(0) for the stack segment, is recorded.</returns>
    public static bool TryLinear(Cpu* cpu, int segment, ulong offset, int size, Access access, out ulong linear)
    {
        ref SegmentRegister register = ref cpu->Segments[segment];
        if (cpu->Mode == CpuMode.Long64)
        {
            linear = offset + (segment >= SegmentIndex.Fs ? register.Base : 0);
            if (Addresses.IsCanonical(linear) && Addresses.IsCanonical(linear + (uint)size - 1))
            {
                return true;
            }
        }
        else
        {
            linear = (uint)(register.Base + offset);
            if (MayUse(cpu, register.Access, access) && IsInside(register, (uint)offset, (uint)size))
            {
                return true;
            }
        }

        Faults.Raise(cpu, segment == SegmentIndex.Ss ? Vectors.StackFault : Vectors.GeneralProtection, 0);
        return false;
    }

    /// <summary>Whether a segment lets any offset of 32 bits be read and written, at base 0: then nothing needs to be checked.</summary>
    public static bool IsFlat(in SegmentRegister register)
    {
        const uint asked = AccessBits.Present | AccessBits.NotSystem | AccessBits.Writable;
        const uint looked = asked | AccessBits.Code | AccessBits.ExpandDown | AccessBits.Unusable;
        return register.Base == 0 && register.Limit == uint.MaxValue && (register.Access & looked) == asked;
    }

    private static bool MayUse(Cpu* cpu, uint rights, Access access)
    {
        if (cpu->Mode is CpuMode.Real or CpuMode.Virtual8086)
        {
            // Rights are a matter of protected mode; what an earlier stay there has left does not count.
            return true;
        }

        if ((rights & (AccessBits.Unusable | AccessBits.Present | AccessBits.NotSystem)) != (AccessBits.Present | AccessBits.NotSystem))
        {
            return false;
        }

        // The same bit lets code be read and data be written.
        bool code = (rights & AccessBits.Code) != 0;
        bool may = (rights & AccessBits.Writable) != 0;
        return (access & Access.Write) != 0 ? !code && may : !code || may;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsInside(in SegmentRegister register, uint offset, uint size)
    {
        uint last = offset + size - 1;
        if (last < offset)
        {
            // Over the end of 4 GiB: only a segment of all of them goes on at 0.
            return register.Limit == uint.MaxValue && !ExpandsDown(register);
        }

        return ExpandsDown(register)
            ? offset > register.Limit && last <= ((register.Access & AccessBits.Big) != 0 ? uint.MaxValue : ushort.MaxValue)
            : last <= register.Limit;
    }

    private static bool ExpandsDown(in SegmentRegister register)
        => (register.Access & (AccessBits.Code | AccessBits.ExpandDown | AccessBits.NotSystem)) == (AccessBits.ExpandDown | AccessBits.NotSystem);
}
