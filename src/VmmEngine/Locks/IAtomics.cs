namespace VmmEngine.Locks;

/// <summary>
/// Every access that the locks and the vCPU state make to shared words. The product uses <see cref="ProcessorAtomics"/>;
/// tests hand in controlled ones and try every interleaving of the same code.
/// </summary>
/// <remarks>
/// Words live in native memory and are 4-byte (pointers: 8-byte) aligned. All members may be called from any thread.
/// The locks assume this much and no more: loads acquire, stores release, a thread's stores become visible in order, and the
/// read-modify-write members are full fences. A store followed by a load of another word is <i>not</i> ordered without one.
/// </remarks>
public interface IAtomics
{
    /// <summary>Loads a word; later accesses stay behind the load (acquire).</summary>
    static abstract uint Read(ref uint word);

    /// <summary>Stores a word; earlier accesses stay before the store (release).</summary>
    static abstract void Write(ref uint word, uint value);

    /// <summary>Stores <paramref name="value"/> if the word equals <paramref name="comparand"/>; returns what the word was. Full fence.</summary>
    static abstract uint CompareExchange(ref uint word, uint value, uint comparand);

    /// <summary>Stores a value and returns what the word was. Full fence.</summary>
    static abstract uint Exchange(ref uint word, uint value);

    /// <summary>Adds (wrapping) and returns the new value. Full fence.</summary>
    static abstract uint Add(ref uint word, uint delta);

    /// <summary>Sets bits and returns what the word was. Full fence.</summary>
    static abstract uint Or(ref uint word, uint bits);

    /// <summary>Keeps only the given bits and returns what the word was. Full fence.</summary>
    static abstract uint And(ref uint word, uint bits);

    /// <summary>Loads a pointer-sized word (acquire).</summary>
    static abstract nuint ReadPointer(ref nuint word);

    /// <summary>As <see cref="CompareExchange"/> for a pointer-sized word.</summary>
    static abstract nuint CompareExchangePointer(ref nuint word, nuint value, nuint comparand);

    /// <summary>
    /// Makes every thread of the process pass a full fence. The expensive side of an asymmetric protocol: costs microseconds here
    /// so that the other side needs no fence at all.
    /// </summary>
    static abstract void BarrierProcessWide();

    /// <summary>Polls for a short while as long as the word equals <paramref name="seen"/>; true once it differs. May give up at once.</summary>
    static abstract bool Spin(ref uint word, uint seen);

    /// <summary>Sleeps while the word equals <paramref name="seen"/>, until <see cref="Wake"/>. The comparison and falling asleep are one step. May return early.</summary>
    static abstract void Wait(ref uint word, uint seen);

    /// <summary>Wakes every thread that sleeps on the word.</summary>
    static abstract void Wake(ref uint word);
}
