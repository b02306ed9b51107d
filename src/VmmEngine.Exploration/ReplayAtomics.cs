using System.Runtime.CompilerServices;
using VmmEngine.Exploration.Replay;
using VmmEngine.Locks;

namespace VmmEngine.Exploration;

/// <summary>
/// The controlled atomics: every access is handed to the explorer, which decides when it happens and what it returns. Nothing is written to real memory.
/// </summary>
/// <remarks>
/// <para>
/// Memory model: each thread has a store buffer. A plain release store (<see cref="Write"/>) goes into it, leaves it first-in first-out at a moment
/// that the schedule chooses, and is seen by its own thread at once. An acquire load (<see cref="Read"/>) takes the thread's own newest buffered value,
/// else memory. Read-modify-writes, waits and wakes act on memory and need the own buffer empty.
/// </para>
/// <para>
/// That is x86-64's TSO, and it also covers the volatile and interlocked accesses of .NET on ARM64: a release store is not performed before any earlier
/// access of its thread, so release stores leave in program order (first in, first out); an acquire load is performed before every later access,
/// so loads are not delayed; ARMv8 is multi-copy atomic, so a store is seen by all other threads at one moment (one memory); and interlocked operations
/// are full fences. What remains is a store passed by a later load of its own thread, which is what the buffer allows. ARM64 forbids even that between
/// STLR and LDAR (RCsc) and allows it where the runtime loads with LDAPR; the model takes the weaker of the two.
/// Plain (non-volatile) accesses are outside the model: they must be ordered by the accesses that are inside.
/// </para>
/// <para>
/// <see cref="BarrierProcessWide"/> returns once every other thread has passed a moment with an empty store buffer since the barrier began. Each thread passes at a
/// moment of its own and may fill its buffer again while others have yet to pass. Draining all buffers in one instant would be stricter than the
/// real barrier and could hide faults.
/// </para>
/// <para><see cref="Spin"/> gives up at once, so that every sleep is explored. <see cref="Wait"/> does not return spuriously.</para>
/// </remarks>
public readonly struct ReplayAtomics : IAtomics
{
    /// <inheritdoc/>
    public static uint Read(ref uint word) => Word(OperationKind.Read, ref word);

    /// <inheritdoc/>
    public static void Write(ref uint word, uint value) => Word(OperationKind.Write, ref word, value);

    /// <inheritdoc/>
    public static uint CompareExchange(ref uint word, uint value, uint comparand) => Word(OperationKind.CompareExchange, ref word, value, comparand);

    /// <inheritdoc/>
    public static uint Exchange(ref uint word, uint value) => Word(OperationKind.Exchange, ref word, value);

    /// <inheritdoc/>
    public static uint Add(ref uint word, uint delta) => Word(OperationKind.Add, ref word, delta) + delta;

    /// <inheritdoc/>
    public static uint Or(ref uint word, uint bits) => Word(OperationKind.Or, ref word, bits);

    /// <inheritdoc/>
    public static uint And(ref uint word, uint bits) => Word(OperationKind.And, ref word, bits);

    /// <inheritdoc/>
    public static nuint ReadPointer(ref nuint word) => Pointer(OperationKind.Read, ref word);

    /// <inheritdoc/>
    public static nuint CompareExchangePointer(ref nuint word, nuint value, nuint comparand) =>
        Pointer(OperationKind.CompareExchange, ref word, value, comparand);

    /// <inheritdoc/>
    public static void BarrierProcessWide() => Rerun.Current.Perform(OperationKind.Barrier, 0, 0);

    /// <inheritdoc/>
    public static bool Spin(ref uint word, uint seen) => false;

    /// <inheritdoc/>
    public static void Wait(ref uint word, uint seen) => Word(OperationKind.Wait, ref word, seen);

    /// <inheritdoc/>
    public static void Wake(ref uint word) => Word(OperationKind.Wake, ref word);

    // SAFETY: the world's words are native memory, so the address outlives the reference and does not move. It is only compared, never dereferenced here.
    private static unsafe uint Word(OperationKind kind, ref uint word, uint value = 0, uint comparand = 0) =>
        (uint)Rerun.Current.Perform(kind, (nint)Unsafe.AsPointer(ref word), sizeof(uint), value, comparand);

    // SAFETY: as above.
    private static unsafe nuint Pointer(OperationKind kind, ref nuint word, nuint value = 0, nuint comparand = 0) =>
        (nuint)Rerun.Current.Perform(kind, (nint)Unsafe.AsPointer(ref word), sizeof(nuint), value, comparand);
}
