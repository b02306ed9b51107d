using System.Globalization;

namespace VmmEngine.Cli.CommandLine;

/// <summary>Numbers on the command line.</summary>
internal static class WholeNumber
{
    /// <summary>Reads a number of decimal digits.</summary>
    /// <exception cref="UserErrorException">It is none, or out of its range.</exception>
    public static ulong Parse(string option, string text, ulong least, ulong most) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) && number >= least && number <= most
            ? number
            : throw new UserErrorException($"{option} takes a whole number from {least} to {most}, and '{text}' is none.");
}
