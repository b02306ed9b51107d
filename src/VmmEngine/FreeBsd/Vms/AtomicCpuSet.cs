using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;

namespace VmmEngine.FreeBsd;

/// <summary>A set of vCPU ids below 1024 that any thread changes and reads without a lock, each id by itself.</summary>
internal struct AtomicCpuSet
{
    private const int BitsPerWord = 64;

    private Words _words;

    /// <summary>Adds an id. Full fence.</summary>
    /// <returns>False if it was there already.</returns>
    public bool TryAdd(int id)
    {
        ulong bit = 1UL << (id % BitsPerWord);
        return (Interlocked.Or(ref _words[id / BitsPerWord], bit) & bit) == 0;
    }

    /// <summary>True if the set has the id (acquire).</summary>
    public bool Contains(int id) => (Volatile.Read(ref _words[id / BitsPerWord]) & (1UL << (id % BitsPerWord))) != 0;

    /// <summary>The set in the interface's form. Ids that change meanwhile may be in it or not.</summary>
    public unsafe cpuset_t Read()
    {
        cpuset_t set;
        for (int word = 0; word < cpuset_t.CPU_SETSIZE / BitsPerWord; word++)
        {
            set.__bits[word] = Volatile.Read(ref _words[word]);
        }

        return set;
    }

    [InlineArray(cpuset_t.CPU_SETSIZE / BitsPerWord)]
    private struct Words
    {
        private ulong _first;
    }
}
