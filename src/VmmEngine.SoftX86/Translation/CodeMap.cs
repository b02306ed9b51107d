using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VmmEngine.Locks;

namespace VmmEngine.SoftX86;

/// <summary>
/// What the vCPUs of a VM tell each other about code: per guest-physical page who has decoded code of it and who may write it without asking, and a
/// log of pages whose code or whose writability is over.
/// </summary>
/// <remarks>
/// A vCPU marks itself as a writer of a page, then looks who has code there; one that is about to decode marks itself as having code, then looks
/// who writes. Both marks are locked instructions, so one of the two sees the other. Whoever finds the other appends to the log and raises the
/// other's <see cref="Cpu.Attention"/>; a vCPU follows the log between blocks, and before it executes its first one.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CodeMap
{
    /// <summary>As many vCPUs as a mark has bits.</summary>
    public const int MaximumVcpus = 64;

    /// <summary>Bits of a guest-physical address that are looked at; code above it cannot be executed.</summary>
    public const int AddressBits = 46;

    private const int LeafBits = 30;
    private const int LeafEntries = 1 << (LeafBits - 12);
    private const int RootEntries = 1 << (AddressBits - LeafBits);
    private const ulong LogEntries = 1024;

    private nint* _leaves;
    private ulong* _log;

    // Entries appended; the entry of number n is at n modulo the ring's size. Written under the lock, read by anybody.
    private ulong _logEnd;
    private WordLock _logLock;

    /// <summary>The vCPUs, by id; null where there is none yet.</summary>
    public Cpu** Cpus;

    /// <summary>How many ids <see cref="Cpus"/> has.</summary>
    public uint Limit;

    /// <summary>The marks of one page: bits of <see cref="TranslatorState.Bit"/>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Marks
    {
        /// <summary>Who has decoded code of the page.</summary>
        public ulong Code;

        /// <summary>Who may have a write tag of it, or writes it just now.</summary>
        public ulong Writers;
    }

    /// <summary>Makes the map of a VM.</summary>
    public static CodeMap* Create(uint vcpuLimit)
    {
        CodeMap* map = (CodeMap*)NativeMemory.AllocZeroed((nuint)sizeof(CodeMap));
        map->_leaves = (nint*)NativeMemory.AllocZeroed(RootEntries, (nuint)sizeof(nint));
        map->_log = (ulong*)NativeMemory.AllocZeroed((nuint)LogEntries, sizeof(ulong));
        map->Cpus = (Cpu**)NativeMemory.AllocZeroed(vcpuLimit, (nuint)sizeof(Cpu*));
        map->Limit = vcpuLimit;
        return map;
    }

    /// <summary>Frees it.</summary>
    public static void Destroy(CodeMap* map)
    {
        for (int i = 0; i < RootEntries; i++)
        {
            NativeMemory.Free((void*)map->_leaves[i]);
        }

        NativeMemory.Free(map->_leaves);
        NativeMemory.Free(map->_log);
        NativeMemory.Free(map->Cpus);
        NativeMemory.Free(map);
    }

    /// <summary>The bit of a vCPU in the marks.</summary>
    public static ulong BitOf(int vcpuId) => 1ul << vcpuId;

    /// <summary>The marks of a page that may have none yet; null above <see cref="AddressBits"/>.</summary>
    public readonly Marks* Find(ulong page)
    {
        ulong index = page >> LeafBits;
        if (index >= RootEntries)
        {
            return null;
        }

        nint leaf = Volatile.Read(ref _leaves[index]);
        if (leaf == 0)
        {
            leaf = AddLeaf(&_leaves[index]);
        }

        return (Marks*)leaf + ((page >> 12) & (LeafEntries - 1));
    }

    /// <summary>How far the log goes.</summary>
    public readonly ulong LogEnd => Volatile.Read(in _logEnd);

    /// <summary>Tells some vCPUs that something about a page is over.</summary>
    /// <param name="page">The page's address.</param>
    /// <param name="notice">What is over.</param>
    /// <param name="receivers">Their bits.</param>
    /// <returns>The log's end, up to which a receiver must have got before it has understood.</returns>
    public ulong Append(ulong page, CodeNotice notice, ulong receivers)
    {
        WordLocks<ProcessorAtomics>.Enter(ref _logLock);
        ulong end = _logEnd + 1;
        _log[_logEnd % LogEntries] = page | (ulong)notice;
        Volatile.Write(ref _logEnd, end);
        WordLocks<ProcessorAtomics>.Exit(ref _logLock);

        // After the entry, with a fence between: a receiver that has not followed the log up to it will see its attention raised.
        Interlocked.MemoryBarrier();
        for (uint id = 0; id < Limit; id++)
        {
            Cpu* cpu = Cpus[id];
            if (cpu != null && (cpu->Translator.Bit & receivers) != 0)
            {
                Volatile.Write(ref cpu->Attention, 1);
            }
        }

        return end;
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="number">Its number, below <see cref="LogEnd"/>.</param>
    /// <param name="page">The page.</param>
    /// <param name="notice">What is over.</param>
    /// <returns>False if the entry has been overwritten: the reader has been away for too long and must forget everything.</returns>
    public readonly bool TryRead(ulong number, out ulong page, out CodeNotice notice)
    {
        ulong entry = Volatile.Read(ref _log[number % LogEntries]);
        page = entry & ~GuestPage.OffsetMask;
        notice = (CodeNotice)(entry & GuestPage.OffsetMask);

        // One entry of the ring may be half way through being overwritten by the append that the end does not show yet.
        return LogEnd - number < LogEntries;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nint AddLeaf(nint* slot)
    {
        nint created = (nint)NativeMemory.AllocZeroed(LeafEntries, (nuint)sizeof(Marks));
        nint found = Interlocked.CompareExchange(ref *slot, created, 0);
        if (found == 0)
        {
            return created;
        }

        NativeMemory.Free((void*)created);
        return found;
    }
}

/// <summary>What a log entry says about its page.</summary>
internal enum CodeNotice : uint
{
    /// <summary>Somebody has written it, or is about to: decoded code of it is stale.</summary>
    Written,

    /// <summary>Somebody decodes code of it: write tags of it must go.</summary>
    Decoded,
}
