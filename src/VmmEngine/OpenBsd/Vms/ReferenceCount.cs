namespace VmmEngine.OpenBsd;

/// <summary>How many callers use something, and whether it is being ended: one word that does not move.</summary>
/// <remarks>
/// <code>
///  31      30                    0
/// +-------+-----------------------+
/// | ending| references            |
/// +-------+-----------------------+
/// </code>
/// One word for both, so that a release and the decision to end have an order: a release that comes before it is no longer counted when
/// the ender looks, and one that comes after it sees the bit and wakes the ender. No wake-up can be lost between them.
/// </remarks>
public struct ReferenceCount
{
    internal uint Word;
}

/// <summary>Operations on <see cref="ReferenceCount"/>.</summary>
public static class ReferenceCounts<TAtomics>
    where TAtomics : struct, VmmEngine.Locks.IAtomics
{
    private const uint One = 1;
    private const uint Ending = 1u << 31;

    /// <summary>Starts with the one reference of whoever publishes the counted thing. Nobody else may see the count yet.</summary>
    public static void Start(ref ReferenceCount count) => TAtomics.Write(ref count.Word, One);

    /// <summary>
    /// Takes a reference. The caller must know that one exists for the length of this call, such as by holding the lock of the list
    /// whose reference it is.
    /// </summary>
    public static void Take(ref ReferenceCount count) => TAtomics.Add(ref count.Word, One);

    /// <summary>Gives a reference back; wakes the ender when only its own is left.</summary>
    /// <remarks>The full fence makes everything done under the reference visible to the ender before it goes on.</remarks>
    public static void Release(ref ReferenceCount count)
    {
        if (TAtomics.Add(ref count.Word, uint.MaxValue) == (Ending | One))
        {
            TAtomics.Wake(ref count.Word);
        }
    }

    /// <summary>Decides to end: true for exactly one caller.</summary>
    public static bool TryBeginEnd(ref ReferenceCount count) => (TAtomics.Or(ref count.Word, Ending) & Ending) == 0;

    /// <summary>
    /// Sleeps until the caller's reference is the only one. For the one caller that has begun the end; no new references may be possible.
    /// </summary>
    public static void AwaitLast(ref ReferenceCount count)
    {
        uint seen;
        while ((seen = TAtomics.Read(ref count.Word)) != (Ending | One))
        {
            if (!TAtomics.Spin(ref count.Word, seen))
            {
                TAtomics.Wait(ref count.Word, seen);
            }
        }
    }
}
