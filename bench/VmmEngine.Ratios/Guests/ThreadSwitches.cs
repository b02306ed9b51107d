using System.Globalization;

namespace VmmEngine.Ratios.Guests;

/// <summary>The threads of this process as the host schedules them.</summary>
internal static class ThreadSwitches
{
    private const string Tasks = "/proc/self/task";
    private const string Voluntary = "voluntary_ctxt_switches:";
    private const string Involuntary = "nonvoluntary_ctxt_switches:";

    /// <summary>All of them, by the host's numbers.</summary>
    public static IEnumerable<int> Threads() => Directory.GetDirectories(Tasks).Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture));

    /// <summary>How often they have left a processor. A thread that is gone counts nothing.</summary>
    public static long Of(IEnumerable<int> threads) => threads.Sum(Of);

    private static long Of(int thread)
    {
        try
        {
            return File.ReadLines($"{Tasks}/{thread}/status").Sum(line => Count(line, Voluntary) + Count(line, Involuntary));
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static long Count(string line, string name) =>
        line.StartsWith(name, StringComparison.Ordinal) ? long.Parse(line[name.Length..], CultureInfo.InvariantCulture) : 0;
}
