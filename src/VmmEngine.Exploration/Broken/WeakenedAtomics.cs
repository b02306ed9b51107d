using VmmEngine.Locks;

namespace VmmEngine.Exploration.Broken;

/// <summary>One thing that <see cref="WeakenedAtomics{TWeakness}"/> leaves out.</summary>
internal interface IWeakness
{
    /// <summary>The process-wide barrier does nothing.</summary>
    static virtual bool NoBarrier => false;

    /// <summary>Exchange is a plain store, without the fence.</summary>
    static virtual bool ExchangeIsStore => false;

    /// <summary>Or is a load and a plain store, without the fence.</summary>
    static virtual bool OrIsStore => false;

    /// <summary>Compare-exchange is a load and a plain store: not one step.</summary>
    static virtual bool CompareExchangeIsStore => false;

    /// <summary>Wake wakes nobody.</summary>
    static virtual bool NoWake => false;
}

internal readonly struct NoBarrier : IWeakness
{
    static bool IWeakness.NoBarrier => true;
}

internal readonly struct ExchangeIsStore : IWeakness
{
    static bool IWeakness.ExchangeIsStore => true;
}

internal readonly struct OrIsStore : IWeakness
{
    static bool IWeakness.OrIsStore => true;
}

internal readonly struct CompareExchangeIsStore : IWeakness
{
    static bool IWeakness.CompareExchangeIsStore => true;
}

internal readonly struct NoWake : IWeakness
{
    static bool IWeakness.NoWake => true;
}

/// <summary>The controlled atomics with one property missing: what each property is there for shows when the locks run on these.</summary>
internal readonly struct WeakenedAtomics<TWeakness> : IAtomics
    where TWeakness : struct, IWeakness
{
    public static uint Read(ref uint word) => ReplayAtomics.Read(ref word);

    public static void Write(ref uint word, uint value) => ReplayAtomics.Write(ref word, value);

    public static uint CompareExchange(ref uint word, uint value, uint comparand)
    {
        if (!TWeakness.CompareExchangeIsStore)
        {
            return ReplayAtomics.CompareExchange(ref word, value, comparand);
        }

        uint seen = ReplayAtomics.Read(ref word);
        if (seen == comparand)
        {
            ReplayAtomics.Write(ref word, value);
        }

        return seen;
    }

    public static uint Exchange(ref uint word, uint value)
    {
        if (!TWeakness.ExchangeIsStore)
        {
            return ReplayAtomics.Exchange(ref word, value);
        }

        uint seen = ReplayAtomics.Read(ref word);
        ReplayAtomics.Write(ref word, value);
        return seen;
    }

    public static uint Add(ref uint word, uint delta) => ReplayAtomics.Add(ref word, delta);

    public static uint Or(ref uint word, uint bits)
    {
        if (!TWeakness.OrIsStore)
        {
            return ReplayAtomics.Or(ref word, bits);
        }

        uint seen = ReplayAtomics.Read(ref word);
        ReplayAtomics.Write(ref word, seen | bits);
        return seen;
    }

    public static uint And(ref uint word, uint bits) => ReplayAtomics.And(ref word, bits);

    public static nuint ReadPointer(ref nuint word) => ReplayAtomics.ReadPointer(ref word);

    public static nuint CompareExchangePointer(ref nuint word, nuint value, nuint comparand) =>
        ReplayAtomics.CompareExchangePointer(ref word, value, comparand);

    public static void BarrierProcessWide()
    {
        if (!TWeakness.NoBarrier)
        {
            ReplayAtomics.BarrierProcessWide();
        }
    }

    public static bool Spin(ref uint word, uint seen) => ReplayAtomics.Spin(ref word, seen);

    public static void Wait(ref uint word, uint seen) => ReplayAtomics.Wait(ref word, seen);

    public static void Wake(ref uint word)
    {
        if (!TWeakness.NoWake)
        {
            ReplayAtomics.Wake(ref word);
        }
    }
}
