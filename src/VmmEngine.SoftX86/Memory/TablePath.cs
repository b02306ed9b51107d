using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>The table entries that one walk has read, so that they can be marked once the walk is known to succeed.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TablePath
{
    private const int Levels = 4;

    /// <summary>Entries read.</summary>
    public int Depth;

    private bool _wide;
    private fixed ulong _addresses[Levels];
    private fixed ulong _values[Levels];

    /// <summary>Reads an 8-byte entry, aligned by its making.</summary>
    public static ulong ReadWide(TablePath* path, Cpu* cpu, ulong address)
    {
        path->_wide = true;
        ulong value = PhysicalMap.TryHost(cpu, address, Access.Read, out byte* host) ? Volatile.Read(ref *(ulong*)host) : ulong.MaxValue;
        Add(path, address, value);
        return value;
    }

    /// <summary>Reads a 4-byte entry.</summary>
    public static uint ReadNarrow(TablePath* path, Cpu* cpu, ulong address)
    {
        path->_wide = false;
        uint value = PhysicalMap.TryHost(cpu, address, Access.Read, out byte* host) ? Volatile.Read(ref *(uint*)host) : uint.MaxValue;
        Add(path, address, value);
        return value;
    }

    /// <summary>
    /// Sets the accessed bits of all entries, and the dirty bit of the last one for a write. Compare-exchange, because other vCPUs and the guest's
    /// own software change entries at the same time: a bit must not land in an entry that has become another.
    /// </summary>
    /// <returns>False: an entry has changed since it was read; the walk is to be done again.</returns>
    public static bool TryMark(TablePath* path, Cpu* cpu, bool write)
    {
        for (int i = 0; i < path->Depth; i++)
        {
            ulong old = path->_values[i];
            ulong marked = old | PageWalk.Accessed | (write && i == path->Depth - 1 ? PageWalk.Dirty : 0);
            if (marked == old || !PhysicalMap.TryHost(cpu, path->_addresses[i], Access.Modify, out byte* host))
            {
                continue;
            }

            // Page tables may hold code; the micro-op that waits for this translation may be of it, and then it is looked up again.
            if (CodePages.HasCode(cpu, path->_addresses[i]))
            {
                CodePages.OnWrite(cpu, path->_addresses[i], path->_wide ? sizeof(ulong) : sizeof(uint));
            }

            bool same = path->_wide
                ? Interlocked.CompareExchange(ref *(ulong*)host, marked, old) == old
                : Interlocked.CompareExchange(ref *(uint*)host, (uint)marked, (uint)old) == (uint)old;
            if (!same)
            {
                return false;
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(TablePath* path, ulong address, ulong value)
    {
        path->_addresses[path->Depth] = address;
        path->_values[path->Depth] = value;
        path->Depth++;
    }
}
