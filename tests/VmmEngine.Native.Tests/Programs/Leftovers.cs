using System.Globalization;

namespace VmmEngine.Native.Tests.Programs;

/// <summary>What a client leaves on the machine, as /proc shows it.</summary>
internal static class Leftovers
{
    /// <summary>
    /// The processes that bear a client's mark. Memory files and KVM's descriptors live in processes only, and every process that the
    /// client or the engine could have started has inherited the mark, so with the last of these they are gone too.
    /// </summary>
    public static int[] ProcessesWith(string mark)
    {
        string variable = $"{ClientProcess.MarkVariable}={mark}";
        return [.. Processes().Where(process => Environment(process).Contains(variable, StringComparer.Ordinal))
            .Select(process => int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture))];
    }

    /// <summary>What the descriptors of a process name.</summary>
    public static string[] DescriptorsOf(int process) =>
        [.. Directory.EnumerateFiles($"/proc/{process}/fd").Select(path => new FileInfo(path).LinkTarget ?? "")];

    private static IEnumerable<string> Processes() =>
        Directory.EnumerateDirectories("/proc").Where(path => Path.GetFileName(path).All(char.IsAsciiDigit));

    /// <summary>Empty for a process that has gone meanwhile, is dead, or is another user's.</summary>
    private static string[] Environment(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "environ")).Split('\0');
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
