using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace VmmEngine.Locks;

/// <summary>
/// A reader-writer lock whose readers use no atomic read-modify-write: each marks its own <see cref="CallerLine"/>, then looks at the
/// writer's word. The writer pays: its word, a process-wide barrier, and a look at every line.
/// </summary>
/// <remarks>
/// The pair "store my marker, load the writer's word" is not fenced on the reader's side. Either the reader's load sees the writer's word,
/// and it backs out; or the load came before that word was set, so the marker's store came before the writer's barrier, which makes it
/// visible to the look at the lines. The same pair protects leaving: a reader either sees the writer and wakes it, or its cleared
/// marker is visible before the writer looks.
/// </remarks>
public unsafe struct SlotLock
{
    /// <summary>Held by the writer; readers only look at it.</summary>
    internal WordLock Writer;

    /// <summary>Which marker of a line belongs to this lock: its byte offset in <see cref="CallerLine"/>.</summary>
    internal nint MarkerOffset;

    /// <summary>The lines of all callers that may enter.</summary>
    internal CallerLines* Lines;

    internal void Initialize(CallerLines* lines, nint markerOffset)
    {
        this = default;
        Lines = lines;
        MarkerOffset = markerOffset;
    }
}

/// <summary>Operations on <see cref="SlotLock"/>. Not recursive, no upgrade; a marker belongs to one thread at a time.</summary>
public static unsafe class SlotLocks<TAtomics>
    where TAtomics : struct, IAtomics
{
    private const uint Clear = 0;
    private const uint Set = 1;

    /// <summary>Enters for reading; sleeps while a writer is inside or waiting.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EnterShared(ref SlotLock slotLock, ref uint marker)
    {
        Debug.Assert(marker == Clear, "A caller's line is used by one thread at a time, and the lock is not recursive.");

        TAtomics.Write(ref marker, Set);
        if (TAtomics.Read(ref slotLock.Writer.Word) != WordLocks<TAtomics>.Free)
        {
            EnterSharedContended(ref slotLock, ref marker);
        }
    }

    /// <summary>Enters for reading unless a writer is inside or waiting. A lock that its writer never releases is a closed gate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryEnterShared(ref SlotLock slotLock, ref uint marker)
    {
        Debug.Assert(marker == Clear, "A caller's line is used by one thread at a time, and the lock is not recursive.");

        TAtomics.Write(ref marker, Set);
        if (TAtomics.Read(ref slotLock.Writer.Word) == WordLocks<TAtomics>.Free)
        {
            return true;
        }

        ExitShared(ref slotLock, ref marker);
        return false;
    }

    /// <summary>Leaves after <see cref="EnterShared"/> or a successful <see cref="TryEnterShared"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ExitShared(ref SlotLock slotLock, ref uint marker)
    {
        TAtomics.Write(ref marker, Clear);
        if (TAtomics.Read(ref slotLock.Writer.Word) != WordLocks<TAtomics>.Free)
        {
            TAtomics.Wake(ref marker);
        }
    }

    /// <summary>Enters for writing: keeps other writers and new readers out, then waits until every reader has left.</summary>
    public static void EnterExclusive(ref SlotLock slotLock)
    {
        WordLocks<TAtomics>.Enter(ref slotLock.Writer);
        TAtomics.BarrierProcessWide(); // pairs with the readers' store and load, see SlotLock

        for (CallerLine* line = CallerLines<TAtomics>.Head(ref *slotLock.Lines); line != null; line = (CallerLine*)line->Next)
        {
            ref uint marker = ref *(uint*)((byte*)line + slotLock.MarkerOffset);
            while (TAtomics.Read(ref marker) != Clear)
            {
                if (!TAtomics.Spin(ref marker, Set))
                {
                    TAtomics.Wait(ref marker, Set);
                }
            }
        }
    }

    /// <summary>Leaves after <see cref="EnterExclusive"/>.</summary>
    public static void ExitExclusive(ref SlotLock slotLock) => WordLocks<TAtomics>.Exit(ref slotLock.Writer);

    // One call with everything in it: nothing of the contended path then claims registers in the methods that inline EnterShared.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void EnterSharedContended(ref SlotLock slotLock, ref uint marker)
    {
        ExitShared(ref slotLock, ref marker);
        do
        {
            WordLocks<TAtomics>.WaitUntilFree(ref slotLock.Writer);
        }
        while (!TryEnterShared(ref slotLock, ref marker));
    }
}
