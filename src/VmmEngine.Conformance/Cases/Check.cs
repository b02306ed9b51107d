using System.Globalization;

namespace VmmEngine.Conformance.Cases;

/// <summary>Compares what a case sees with what should be there.</summary>
internal static class Check
{
    public static void Equal<T>(string what, T expected, T seen)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, seen))
        {
            throw new CaseFailedException(what, Show(expected), Show(seen));
        }
    }

    public static void Bytes(string what, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> seen)
    {
        if (!expected.SequenceEqual(seen))
        {
            throw new CaseFailedException(what, Convert.ToHexString(expected), Convert.ToHexString(seen));
        }
    }

    public static void OneOf<T>(string what, T seen, params T[] expected)
    {
        if (!expected.Contains(seen))
        {
            throw new CaseFailedException(what, string.Join(" or ", expected.Select(Show)), Show(seen));
        }
    }

    public static void That(string what, bool holds, string expected, string seen)
    {
        if (!holds)
        {
            throw new CaseFailedException(what, expected, seen);
        }
    }

    private static string Show<T>(T value) => value switch
    {
        ulong number => number < 10 ? number.ToString(CultureInfo.InvariantCulture) : $"0x{number:X}",
        uint number => number < 10 ? number.ToString(CultureInfo.InvariantCulture) : $"0x{number:X}",
        null => "nothing",
        _ => value.ToString()!,
    };
}
