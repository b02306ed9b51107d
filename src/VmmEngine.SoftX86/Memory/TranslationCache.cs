using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>What a translation cache must know of a page when it forgets some pages and not others.</summary>
[Flags]
internal enum PageKinds : byte
{
    /// <summary>An ordinary page.</summary>
    None = 0,

    /// <summary>Survives a load of CR3.</summary>
    Global = 1,

    /// <summary>A part of a page larger than 4 KiB.</summary>
    Large = 2,
}

/// <summary>
/// The translations that one privilege has used: a direct-mapped table that handlers look into themselves, and eight victims that were pushed out of it.
/// </summary>
/// <remarks>
/// Forgetting costs what was learned, not the size of the table: three bit maps say which entries are in use, which are global and which belong to
/// large pages. The look-up in a handler stays one comparison, with no generation to compare.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TranslationCache
{
    private const int Words = Tlb.Entries / 64;
    private const int VictimCount = 8;
    private const int GiBShift = 30;

    /// <summary>The table: <see cref="Tlb.Entries"/> entries.</summary>
    public TlbEntry* Entries;

    /// <summary>Whose rights the translations were checked for.</summary>
    public Privilege Privilege;

    private uint _nextVictim;
    private fixed ulong _used[Words];
    private fixed ulong _global[Words];
    private fixed ulong _large[Words];
    private VictimFile _victims;

    [InlineArray(VictimCount)]
    private struct VictimFile
    {
        private Victim _first;
    }

    /// <summary>An entry that was pushed out.</summary>
    private struct Victim
    {
        public TlbEntry Entry;
        public ulong Page;
        public PageKinds Kinds;
        public bool InUse;
    }

    /// <summary>Makes every entry of new memory empty.</summary>
    public static void Initialize(TranslationCache* cache, TlbEntry* entries, Privilege privilege)
    {
        *cache = new TranslationCache { Entries = entries, Privilege = privilege };
        for (uint i = 0; i < Tlb.Entries; i++)
        {
            Clear(entries + i, i);
        }
    }

    /// <summary>The entry of an address.</summary>
    public static TlbEntry* Find(TranslationCache* cache, ulong linear) => cache->Entries + Tlb.IndexOf(linear);

    /// <summary>Enters a translation; what was in its place becomes a victim if it is another page.</summary>
    public static void Insert(TranslationCache* cache, ulong page, in TlbEntry entry, PageKinds kinds)
    {
        uint index = Tlb.IndexOf(page);
        TlbEntry* place = cache->Entries + index;
        ulong old = PageOf(place, index);
        if (Has(cache->_used, index) && old != page && Tlb.IndexOf(old) == index)
        {
            ref Victim victim = ref cache->_victims[(int)(cache->_nextVictim++ % VictimCount)];
            victim = new Victim { Entry = *place, Page = old, Kinds = KindsOf(cache, index), InUse = true };
        }

        *place = entry;
        Set(cache->_used, index, true);
        Set(cache->_global, index, (kinds & PageKinds.Global) != 0);
        Set(cache->_large, index, (kinds & PageKinds.Large) != 0);
    }

    /// <summary>Brings a page back that was pushed out; what is in its place becomes a victim.</summary>
    /// <returns>False: the page is not among the victims.</returns>
    public static bool TryRecall(TranslationCache* cache, ulong linear)
    {
        ulong page = Tlb.PageOf(linear);
        for (int i = 0; i < VictimCount; i++)
        {
            ref Victim victim = ref cache->_victims[i];
            if (victim.InUse && victim.Page == page)
            {
                Victim recalled = victim;
                victim.InUse = false;
                cache->_nextVictim = (uint)i; // the place that has become free is the next one taken
                Insert(cache, page, recalled.Entry, recalled.Kinds);
                return true;
            }
        }

        return false;
    }

    /// <summary>Forgets everything, or everything that is not global.</summary>
    public static void Flush(TranslationCache* cache, bool keepGlobal)
    {
        for (int word = 0; word < Words; word++)
        {
            ulong going = cache->_used[word];
            if (keepGlobal)
            {
                going &= ~cache->_global[word];
            }

            ForgetWord(cache, word, going);
        }

        FlushVictims(cache);
    }

    /// <summary>Forgets the page of an address, all of it if it is a large one, global or not.</summary>
    public static void FlushPage(TranslationCache* cache, ulong linear)
    {
        uint index = Tlb.IndexOf(linear);
        if (Has(cache->_used, index) && PageOf(cache->Entries + index, index) == Tlb.PageOf(linear))
        {
            ForgetWord(cache, (int)(index / 64), 1UL << (int)(index % 64));
        }

        // Sizes are not kept. No page is larger than 1 GiB, and forgetting too much is always allowed.
        for (int word = 0; word < Words; word++)
        {
            for (ulong large = cache->_large[word]; large != 0; large &= large - 1)
            {
                int bit = BitOperations.TrailingZeroCount(large);
                uint candidate = (uint)((word * 64) + bit);
                if ((PageOf(cache->Entries + candidate, candidate) ^ linear) >> GiBShift == 0)
                {
                    ForgetWord(cache, word, 1UL << bit);
                }
            }
        }

        FlushVictims(cache);
    }

    /// <summary>Makes the next write to a guest-physical page miss. May be called from another thread than the vCPU's: a tag is one word.</summary>
    public static void DropWriteTags(TranslationCache* cache, ulong physicalPage)
    {
        for (int word = 0; word < Words; word++)
        {
            for (ulong used = cache->_used[word]; used != 0; used &= used - 1)
            {
                uint index = (uint)((word * 64) + BitOperations.TrailingZeroCount(used));
                if (cache->Entries[index].Physical == physicalPage)
                {
                    Volatile.Write(ref cache->Entries[index].WriteTag, Tlb.NoTag(index));
                }
            }
        }

        for (int i = 0; i < VictimCount; i++)
        {
            ref Victim victim = ref cache->_victims[i];
            if (victim.Entry.Physical == physicalPage)
            {
                Volatile.Write(ref victim.Entry.WriteTag, Tlb.NoTag(Tlb.IndexOf(victim.Page)));
            }
        }
    }

    private static void FlushVictims(TranslationCache* cache)
    {
        for (int i = 0; i < VictimCount; i++)
        {
            cache->_victims[i].InUse = false;
        }
    }

    private static void ForgetWord(TranslationCache* cache, int word, ulong going)
    {
        cache->_used[word] &= ~going;
        cache->_global[word] &= ~going;
        cache->_large[word] &= ~going;
        for (; going != 0; going &= going - 1)
        {
            uint index = (uint)((word * 64) + BitOperations.TrailingZeroCount(going));
            Clear(cache->Entries + index, index);
        }
    }

    private static void Clear(TlbEntry* entry, uint index) => *entry = new TlbEntry { ReadTag = Tlb.NoTag(index), WriteTag = Tlb.NoTag(index) };

    // A page that could only be written and has lost its write tag is nobody's: the result then belongs to another entry.
    private static ulong PageOf(TlbEntry* entry, uint index) => entry->ReadTag != Tlb.NoTag(index) ? entry->ReadTag : entry->WriteTag;

    private static PageKinds KindsOf(TranslationCache* cache, uint index)
        => (Has(cache->_global, index) ? PageKinds.Global : 0) | (Has(cache->_large, index) ? PageKinds.Large : 0);

    private static bool Has(ulong* bits, uint index) => (bits[index / 64] >> (int)(index % 64) & 1) != 0;

    private static void Set(ulong* bits, uint index, bool value)
    {
        ulong bit = 1UL << (int)(index % 64);
        bits[index / 64] = value ? bits[index / 64] | bit : bits[index / 64] & ~bit;
    }
}
