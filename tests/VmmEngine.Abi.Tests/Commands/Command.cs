using System.Globalization;

namespace VmmEngine.Abi.Tests.Commands;

/// <summary>One command as a reference describes it.</summary>
internal sealed record Command(string Name, int Number, string Direction, int Size, uint Word, string Flags)
{
    public static Command Parse(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new(
            words[0],
            int.Parse(words[1], CultureInfo.InvariantCulture),
            words[2],
            int.Parse(words[3], CultureInfo.InvariantCulture),
            Convert.ToUInt32(words[4], 16),
            words[5]);
    }
}
