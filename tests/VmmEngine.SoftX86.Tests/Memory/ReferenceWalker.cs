namespace VmmEngine.SoftX86.Tests.Memory;

/// <summary>What a walk is to give.</summary>
internal readonly record struct ReferenceResult(bool Translated, ulong Physical, uint Error, ulong[] Marked);

/// <summary>
/// Page walks once more, slowly and from the manual's figures: a list of levels and no state. Table memory is a function, so nothing is shared with
/// the code under test.
/// </summary>
internal sealed class ReferenceWalker
{
    public required PagingMode Mode { get; init; }

    public required ulong Cr3 { get; init; }

    public ulong[] DirectoryPointers { get; init; } = [];

    public bool WriteProtect { get; init; }

    public bool PageSizeExtensions { get; init; }

    public bool NoExecute { get; init; }

    public bool Smep { get; init; }

    public bool Smap { get; init; }

    /// <summary>Reads an entry of 4 or 8 bytes.</summary>
    public required Func<ulong, int, ulong> Read { get; init; }

    public ReferenceResult Walk(ulong linear, bool write, bool fetch, bool user, bool alignmentCheck)
    {
        List<(ulong Address, ulong Entry)> path = [];
        uint error = (write ? 2u : 0) | (user ? 4u : 0);
        if (fetch && (Smep || (Mode != PagingMode.TwoLevel && NoExecute)))
        {
            error |= 16;
        }

        ReferenceResult Fault(uint reason) => new(false, 0, error | reason, []);

        int size = Mode == PagingMode.TwoLevel ? 4 : 8;
        (int Shift, int Bits)[] levels = Mode switch
        {
            PagingMode.TwoLevel => [(22, 10), (12, 10)],
            PagingMode.Pae => [(21, 9), (12, 9)],
            _ => [(39, 9), (30, 9), (21, 9), (12, 9)],
        };
        ulong table = Cr3 & (Mode == PagingMode.TwoLevel ? 0xFFFF_F000 : Field(12, 45));
        if (Mode != PagingMode.FourLevel)
        {
            linear &= 0xFFFF_FFFF;
        }

        if (Mode == PagingMode.Pae)
        {
            ulong pointer = DirectoryPointers[linear >> 30];
            if ((pointer & 1) == 0)
            {
                return Fault(0);
            }

            table = pointer & Field(12, 45);
        }

        bool writable = true;
        bool userPage = true;
        bool never = false;
        foreach ((int shift, int bits) in levels)
        {
            ulong address = table + ((linear >> shift & ((1ul << bits) - 1)) * (ulong)size);
            ulong entry = Read(address, size);
            path.Add((address, entry));
            if ((entry & 1) == 0)
            {
                return Fault(0);
            }

            bool large = shift is 21 or 22 or 30 && (entry & 0x80) != 0 && (Mode != PagingMode.TwoLevel || PageSizeExtensions);
            if ((entry & Reserved(shift, large)) != 0)
            {
                return Fault(1 | 8);
            }

            writable &= (entry & 2) != 0;
            userPage &= (entry & 4) != 0;
            never |= size == 8 && entry >> 63 != 0;
            if (!large && shift != 12)
            {
                table = entry & (size == 4 ? 0xFFFF_F000 : Field(12, 45));
                continue;
            }

            bool denied = (user && !userPage)
                || (write && !writable && (user || WriteProtect))
                || (fetch && never)
                || (fetch && !user && Smep && userPage)
                || (!fetch && !user && Smap && !alignmentCheck && userPage);
            if (denied)
            {
                return Fault(1);
            }

            ulong offset = (1ul << shift) - 1;
            ulong frame = shift == 22 ? (entry & 0xFFC0_0000) | (entry >> 13 & 0xFF) << 32 : entry & Field(shift, size == 4 ? 31 : 45);
            ulong[] marked = [.. path.Select((step, i) => step.Address)];
            return new ReferenceResult(true, frame | (linear & offset), 0, marked);
        }

        throw new InvalidOperationException("the last level is a leaf");
    }

    private ulong Reserved(int shift, bool large)
    {
        if (Mode == PagingMode.TwoLevel)
        {
            return large ? 1ul << 21 : 0;
        }

        ulong reserved = Field(46, 51) | (NoExecute ? 0 : 1ul << 63) | (Mode == PagingMode.Pae ? Field(52, 62) : 0);
        return reserved | (shift == 39 ? 0x80ul : 0) | (large ? Field(13, shift - 1) : 0);
    }

    private static ulong Field(int low, int high) => (ulong.MaxValue >> (63 - high)) & (ulong.MaxValue << low);
}
