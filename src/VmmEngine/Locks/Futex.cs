using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.Locks;

/// <summary>Linux futex(2) on private words: sleep while a word has a value, wake all sleepers. Allocates nothing.</summary>
/// <remarks>
/// Never inlined: a method that holds a native call sets up a frame for it on every entry, and these calls stand at the end of the locks'
/// fast paths (measured: 40 % of a whole command that takes a lock for reading).
/// </remarks>
internal static unsafe partial class Futex
{
    private const int WaitPrivate = 128;
    private const int WakePrivate = 129;

    private static readonly nint CallNumber = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 202,
        Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => 98,
        Architecture other => throw new PlatformNotSupportedException(
            $"VmmEngine sleeps with futex(2) and knows its number on x64, arm64, riscv64 and loongarch64 Linux, not on {other}."),
    };

    /// <summary>
    /// Returns when woken, at once when the word differs, and early on a signal: callers look again, so the result does not matter.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Wait(ref uint word, uint seen)
    {
        fixed (uint* address = &word)
        {
            SystemCall(CallNumber, address, WaitPrivate, (nint)seen, 0, 0, 0);
        }
    }

    /// <summary>The same, and returns after a number of nanoseconds at the latest; <see cref="ulong.MaxValue"/>: no limit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Wait(ref uint word, uint seen, ulong nanoseconds)
    {
        TimeSpec limit;
        limit.Seconds = (nint)(nanoseconds / 1_000_000_000);
        limit.Nanoseconds = (nint)(nanoseconds % 1_000_000_000);
        fixed (uint* address = &word)
        {
            SystemCall(CallNumber, address, WaitPrivate, (nint)seen, nanoseconds == ulong.MaxValue ? 0 : (nint)(&limit), 0, 0);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Wake(ref uint word)
    {
        fixed (uint* address = &word)
        {
            SystemCall(CallNumber, address, WakePrivate, int.MaxValue, 0, 0, 0);
        }
    }

    // syscall(2) is variadic in C; on the listed Linux targets a call with fixed arguments passes them the same way.
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint SystemCall(nint number, uint* word, nint operation, nint value, nint timeout, nint word2, nint value3);

    // struct timespec of the listed targets, all of them 64-bit.
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
