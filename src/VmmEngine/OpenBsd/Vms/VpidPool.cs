using System.Numerics;
using VmmEngine.Locks;

namespace VmmEngine.OpenBsd;

/// <summary>The numbers by which the processor tells the translations of vCPUs apart: a bitmap of 512 bytes, the lowest free one first.</summary>
/// <remarks>
/// May be called from any thread; its lock is innermost. Upstream finds the bitmap's byte with an 8-bit index, so that numbers from 2048
/// up share a bit with lower ones and are never free; here every number has its own, and <see cref="OpenBsdQuirks.HalveVpids"/> leaves them out.
/// </remarks>
public sealed class VpidPool
{
    /// <summary>The highest number that the bitmap has room for.</summary>
    public const int HighestId = (Bytes * 8) - 1;

    /// <summary>The highest of the lower half of the bitmap.</summary>
    public const int HighestLowerId = HighestId / 2;

    private const int Bytes = 512;
    private const int BitsPerWord = 64;
    private const ulong HostsOwn = 1;

    private readonly ulong[] _used = new ulong[Bytes / sizeof(ulong)];
    private readonly WordLock[] _lock = GC.AllocateArray<WordLock>(1, pinned: true);
    private readonly int _maximum;
    private int _count;

    /// <summary>Creates a pool of the numbers from 1. 0 is the host's own and never given out.</summary>
    /// <param name="maximum">The highest number, 1 to <see cref="HighestId"/>.</param>
    public VpidPool(int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximum, HighestId);

        _maximum = maximum;
        _used[0] = HostsOwn;
    }

    /// <summary>How many numbers are given out.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Gives out the lowest free number; 0 if there is none.</summary>
    public ushort Allocate()
    {
        WordLocks<ProcessorAtomics>.Enter(ref _lock[0]);
        ushort id = FindFreeUnsynchronized();
        if (id != 0)
        {
            _used[id / BitsPerWord] |= 1UL << (id % BitsPerWord);
            _count++;
        }

        WordLocks<ProcessorAtomics>.Exit(ref _lock[0]);
        return id;
    }

    /// <summary>Takes a number back that <see cref="Allocate"/> gave out.</summary>
    /// <exception cref="ArgumentException">The number is not given out.</exception>
    public void Free(ushort id)
    {
        ulong bit = 1UL << (id % BitsPerWord);

        WordLocks<ProcessorAtomics>.Enter(ref _lock[0]);
        bool given = id != 0 && id <= _maximum && (_used[id / BitsPerWord] & bit) != 0;
        if (given)
        {
            _used[id / BitsPerWord] &= ~bit;
            _count--;
        }

        WordLocks<ProcessorAtomics>.Exit(ref _lock[0]);

        if (!given)
        {
            throw new ArgumentException($"VPID {id} is not given out.", nameof(id));
        }
    }

    private ushort FindFreeUnsynchronized()
    {
        for (int word = 0; word < _used.Length; word++)
        {
            ulong free = ~_used[word];
            if (free != 0)
            {
                int id = (word * BitsPerWord) + BitOperations.TrailingZeroCount(free);
                return id <= _maximum ? (ushort)id : (ushort)0;
            }
        }

        return 0;
    }
}
