namespace VmmEngine.Tests;

/// <summary>Managed memory that work takes.</summary>
internal static class Allocations
{
    private const int Attempts = 5;

    /// <summary>
    /// Bytes that the work allocates on this thread each time. What it allocates it allocates again when it is repeated from the same state; what the runtime
    /// does for itself meanwhile (tiers of compiled code, its caches) comes once.
    /// </summary>
    /// <param name="prepare">Makes the state, warm: code that runs for the first time makes the runtime allocate.</param>
    /// <param name="work">The work.</param>
    public static long Of<T>(Func<T> prepare, Action<T> work)
    {
        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least != 0; attempt++)
        {
            T state = prepare();
            long before = GC.GetAllocatedBytesForCurrentThread();
            work(state);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>The same for work that changes nothing for its next time.</summary>
    public static long Of(Action work) => Of(() => work, action => action());
}
