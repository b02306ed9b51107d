using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>Where the runtime can hold a thread that executes guest code for long.</summary>
internal static partial class Safepoint
{
    /// <summary>
    /// Waits if the runtime wants all threads to, for a collection. Elsewhere in compiled code it holds them by a signal, and in a client's process a thread
    /// may block all signals: others would wait for the end of its run. Coming back from a native function, whatever it is, a thread looks by itself.
    /// </summary>
    public static void Pass() => _ = CurrentProcessor();

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    private static partial int CurrentProcessor();
}
