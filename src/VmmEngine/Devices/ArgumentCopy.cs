using System.Runtime.CompilerServices;

namespace VmmEngine.Devices;

/// <summary>
/// Copies an argument struct between the caller's memory and the engine's, once each way.
/// </summary>
/// <remarks>
/// Word by word up to 64 bytes: a handler has usually just stored a word of the struct, and a processor forwards a store to a load of the same
/// word at once, but stalls a wider load that covers it (measured: 10 ns a command with vector copies). The sizes are constants to the
/// compiler, so nothing of the tests is left in the code.
/// </remarks>
public static unsafe class ArgumentCopy
{
    private const int LargestByWords = 64;
    private const nuint NullPage = 4096;

    /// <summary>
    /// True for null and for every other address in the first page, which no process can map: such an argument is EFAULT. The runtime
    /// turns a fault there into an exception, which would leave a command with its locks held; any other bad address ends the process.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNowhere(void* argument) => (nuint)argument < NullPage;

    /// <summary>Copies the argument out of the caller's memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void In<T>(void* argument, out T copy)
        where T : unmanaged
    {
        Unsafe.SkipInit(out copy);
        Copy<T>((byte*)argument, (byte*)Unsafe.AsPointer(ref copy)); // SAFETY: copy is a local of a thunk and does not move
    }

    /// <summary>Copies the argument back into the caller's memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Out<T>(ref T copy, void* argument)
        where T : unmanaged =>
        Copy<T>((byte*)Unsafe.AsPointer(ref copy), (byte*)argument); // SAFETY: as in In

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy<T>(byte* from, byte* to)
        where T : unmanaged
    {
        if (sizeof(T) > LargestByWords)
        {
            Unsafe.CopyBlockUnaligned(to, from, (uint)sizeof(T));
            return;
        }

        CopyWordIf(sizeof(T) >= 8, from, to, 0);
        CopyWordIf(sizeof(T) >= 16, from, to, 8);
        CopyWordIf(sizeof(T) >= 24, from, to, 16);
        CopyWordIf(sizeof(T) >= 32, from, to, 24);
        CopyWordIf(sizeof(T) >= 40, from, to, 32);
        CopyWordIf(sizeof(T) >= 48, from, to, 40);
        CopyWordIf(sizeof(T) >= 56, from, to, 48);
        CopyWordIf(sizeof(T) >= 64, from, to, 56);

        int tail = sizeof(T) & ~7;
        if ((sizeof(T) & 4) != 0)
        {
            Unsafe.WriteUnaligned(to + tail, Unsafe.ReadUnaligned<uint>(from + tail));
            tail += 4;
        }

        if ((sizeof(T) & 2) != 0)
        {
            Unsafe.WriteUnaligned(to + tail, Unsafe.ReadUnaligned<ushort>(from + tail));
            tail += 2;
        }

        if ((sizeof(T) & 1) != 0)
        {
            to[tail] = from[tail];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyWordIf(bool condition, byte* from, byte* to, int offset)
    {
        if (condition)
        {
            Unsafe.WriteUnaligned(to + offset, Unsafe.ReadUnaligned<ulong>(from + offset));
        }
    }
}
