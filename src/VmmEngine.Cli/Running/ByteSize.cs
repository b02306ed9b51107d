using System.Globalization;
using VmmEngine.Cli.CommandLine;

namespace VmmEngine.Cli.Running;

/// <summary>Sizes as people write them: 4096, 640K, 64M, 2G. Binary multiples.</summary>
internal static class ByteSize
{
    /// <summary>Reads a size.</summary>
    public static ulong Parse(string option, string text)
    {
        int shift = text.Length == 0 ? 0 : char.ToUpperInvariant(text[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, 'T' => 40, _ => 0 };
        ReadOnlySpan<char> digits = shift == 0 ? text : text.AsSpan(0, text.Length - 1);
        return ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number <= ulong.MaxValue >> shift
            ? number << shift
            : throw new UserErrorException($"{option} takes a number of bytes such as 64M, and '{text}' is none.");
    }
}
