using System.Globalization;
using System.Runtime.InteropServices;

namespace VmmEngine.Cli.Doctor;

/// <summary>Looks at processors, memory, page sizes, and whether a process-wide barrier is cheap.</summary>
internal static class HostCheck
{
    private const int PrivateExpedited = 1 << 3;

    public static void Examine(HostMachine machine, List<Finding> findings)
    {
        findings.Add(new Finding("processor", "cores", FindingState.Fact, $"{Environment.ProcessorCount} for this process"));
        findings.Add(new Finding("processor", "architecture", FindingState.Fact, RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()));
        findings.Add(new Finding("processor", "kernel", FindingState.Fact, Environment.OSVersion.VersionString));
        ExamineMemory(machine, findings);
        ExamineHugePages(machine, findings);
        findings.Add(ExamineBarrier());
    }

    private static void ExamineMemory(HostMachine machine, List<Finding> findings)
    {
        const long Kibi = 1024;
        string? total = ReadValue(Path.Combine(machine.ProcessDirectory, "meminfo"), "MemTotal:");
        string? available = ReadValue(Path.Combine(machine.ProcessDirectory, "meminfo"), "MemAvailable:");
        findings.Add(new Finding("memory", "total", FindingState.Fact, Size(total)));
        findings.Add(new Finding("memory", "available", FindingState.Fact, Size(available)));
        findings.Add(new Finding("memory", "page size", FindingState.Fact, $"{SystemCalls.PageSize() / Kibi} KiB"));

        static string Size(string? kibibytes) =>
            long.TryParse(kibibytes, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? $"{value / Kibi} MiB" : "unknown";
    }

    private static void ExamineHugePages(HostMachine machine, List<Finding> findings)
    {
        string directory = Path.Combine(machine.SystemDirectory, "kernel/mm/hugepages");
        string[] sizes = Directory.Exists(directory) ? Directory.GetDirectories(directory, "hugepages-*kB") : [];
        foreach (string size in sizes.Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(size)["hugepages-".Length..];
            string count = ReadFirstLine(Path.Combine(size, "nr_hugepages")) ?? "0";
            string free = ReadFirstLine(Path.Combine(size, "free_hugepages")) ?? "0";
            findings.Add(new Finding("memory", $"huge pages of {name}", FindingState.Fact, $"{count} reserved, {free} free"));
        }

        string? transparent = ReadFirstLine(Path.Combine(machine.SystemDirectory, "kernel/mm/transparent_hugepage/enabled"));
        findings.Add(transparent is null
            ? new Finding("memory", "transparent huge pages", FindingState.Without, "the kernel has none")
            : new Finding("memory", "transparent huge pages", FindingState.Fact, Chosen(transparent)));
    }

    /// <summary>
    /// Readers of the memory map pay no fence because a writer interrupts all of them at once. Without the kernel's help the runtime does it
    /// by changing a page's protection, which is right but slower.
    /// </summary>
    private static Finding ExamineBarrier()
    {
        const nint Query = 0;
        nint number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 324 : 283;
        nint commands = SystemCalls.SystemCall(number, Query, 0, 0);
        return commands >= 0 && (commands & PrivateExpedited) != 0
            ? new Finding("barriers", "membarrier", FindingState.Good, "the kernel interrupts exactly this process's threads")
            : new Finding("barriers", "membarrier", FindingState.Without, "process-wide barriers go through page protection");
    }

    // "always [madvise] never": the one in brackets is on.
    private static string Chosen(string choices)
    {
        int start = choices.IndexOf('[', StringComparison.Ordinal);
        int end = choices.IndexOf(']', StringComparison.Ordinal);
        return start >= 0 && end > start ? choices[(start + 1)..end] : choices;
    }

    private static string? ReadValue(string path, string key) =>
        ReadLines(path).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(words => words.Length > 1 && words[0] == key)?[1];

    private static string? ReadFirstLine(string path) => ReadLines(path).FirstOrDefault();

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
