namespace VmmEngine.Generators.Model;

/// <summary>Which way an argument goes, seen from the caller.</summary>
internal enum Direction
{
    /// <summary>No argument.</summary>
    None,

    /// <summary>Copied back after success.</summary>
    Out,

    /// <summary>Copied in before anything else.</summary>
    In,

    /// <summary>Both.</summary>
    InOut,

    /// <summary>The pointer itself is an int.</summary>
    IntInPlace,

    /// <summary>No command at all: a locked entry that the engine calls itself.</summary>
    Operation,
}

internal static class Directions
{
    /// <summary>The spellings in tables, in the order of <see cref="Direction"/>.</summary>
    public static readonly string[] Spellings = ["IO", "IOR", "IOW", "IOWR", "IOWINT", "-"];

    public static Direction? Parse(string spelling)
    {
        int index = Array.IndexOf(Spellings, spelling);
        return index < 0 ? null : (Direction)index;
    }

    public static string Spelling(this Direction direction) => Spellings[(int)direction];

    public static bool CopiesIn(this Direction direction) => direction is Direction.In or Direction.InOut;

    public static bool CopiesOut(this Direction direction) => direction is Direction.Out or Direction.InOut;
}
