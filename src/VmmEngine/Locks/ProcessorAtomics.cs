using System.Runtime.CompilerServices;

namespace VmmEngine.Locks;

/// <summary>The processor's own atomics. Each member compiles to the instruction that a C compiler would pick.</summary>
public readonly struct ProcessorAtomics : IAtomics
{
    /// <summary>Rounds of polling before a waiter goes to sleep: about as long as a kicked vCPU needs to leave the guest.</summary>
    private const int SpinRounds = 64;

    private static readonly bool SpinningHelps = Environment.ProcessorCount > 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read(ref uint word) => Volatile.Read(ref word);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ref uint word, uint value) => Volatile.Write(ref word, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint CompareExchange(ref uint word, uint value, uint comparand) => Interlocked.CompareExchange(ref word, value, comparand);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Exchange(ref uint word, uint value) => Interlocked.Exchange(ref word, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(ref uint word, uint delta) => Interlocked.Add(ref word, delta);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Or(ref uint word, uint bits) => Interlocked.Or(ref word, bits);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint And(ref uint word, uint bits) => Interlocked.And(ref word, bits);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint ReadPointer(ref nuint word) => Volatile.Read(ref word);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint CompareExchangePointer(ref nuint word, nuint value, nuint comparand) => Interlocked.CompareExchange(ref word, value, comparand);

    /// <inheritdoc/>
    public static void BarrierProcessWide() => Interlocked.MemoryBarrierProcessWide();

    /// <inheritdoc/>
    public static bool Spin(ref uint word, uint seen)
    {
        for (int round = 0; SpinningHelps && round < SpinRounds; round++)
        {
            if (Volatile.Read(ref word) != seen)
            {
                return true;
            }

            Thread.SpinWait(4);
        }

        return false;
    }

    /// <inheritdoc/>
    public static void Wait(ref uint word, uint seen) => Futex.Wait(ref word, seen);

    /// <inheritdoc/>
    public static void Wake(ref uint word) => Futex.Wake(ref word);
}
