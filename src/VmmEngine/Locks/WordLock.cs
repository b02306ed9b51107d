using System.Runtime.CompilerServices;

namespace VmmEngine.Locks;

/// <summary>An exclusive lock in two words of native memory: one compare-exchange in, one release store out.</summary>
public struct WordLock
{
    /// <summary>0 free, 1 held.</summary>
    internal uint Word;

    /// <summary>How many threads wait, asleep or about to be.</summary>
    internal uint Waiters;
}

/// <summary>Operations on <see cref="WordLock"/>. Not recursive; no fairness.</summary>
public static class WordLocks<TAtomics>
    where TAtomics : struct, IAtomics
{
    internal const uint Free = 0;
    internal const uint Held = 1;

    /// <summary>Takes the lock; sleeps while another thread holds it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Enter(ref WordLock wordLock)
    {
        if (TAtomics.CompareExchange(ref wordLock.Word, Held, Free) != Free)
        {
            EnterContended(ref wordLock);
        }
    }

    /// <summary>Releases the lock. Only the thread that entered may call it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Exit(ref WordLock wordLock)
    {
        TAtomics.Write(ref wordLock.Word, Free);

        // No fence between the store and this load. A waiter that this load misses has yet to pass its process-wide barrier, which
        // drains the store, so it finds the lock free instead of falling asleep.
        if (TAtomics.Read(ref wordLock.Waiters) != 0)
        {
            TAtomics.Wake(ref wordLock.Word);
        }
    }

    /// <summary>Sleeps until the lock has been seen free once. Takes nothing.</summary>
    internal static void WaitUntilFree(ref WordLock wordLock)
    {
        if (TAtomics.Spin(ref wordLock.Word, Held))
        {
            return;
        }

        Register(ref wordLock);
        while (TAtomics.Read(ref wordLock.Word) != Free)
        {
            TAtomics.Wait(ref wordLock.Word, Held);
        }

        Unregister(ref wordLock);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void EnterContended(ref WordLock wordLock)
    {
        if (TAtomics.Spin(ref wordLock.Word, Held) && TAtomics.CompareExchange(ref wordLock.Word, Held, Free) == Free)
        {
            return;
        }

        Register(ref wordLock);
        while (TAtomics.CompareExchange(ref wordLock.Word, Held, Free) != Free)
        {
            TAtomics.Wait(ref wordLock.Word, Held);
        }

        Unregister(ref wordLock);
    }

    // A waiter stays registered until it has what it waits for, so every release in between wakes it: none can be lost.
    private static void Register(ref WordLock wordLock)
    {
        TAtomics.Add(ref wordLock.Waiters, 1);
        TAtomics.BarrierProcessWide(); // pairs with the store and load in Exit
    }

    private static void Unregister(ref WordLock wordLock) => TAtomics.Add(ref wordLock.Waiters, uint.MaxValue);
}
