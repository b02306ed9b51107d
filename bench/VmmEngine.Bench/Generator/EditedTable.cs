using System.Reflection;
using System.Text.RegularExpressions;

namespace VmmEngine.Bench.Generator;

/// <summary>A table of 70 rows in two versions that differ in the locks of one row: somebody is editing it.</summary>
internal static partial class EditedTable
{
    /// <summary>Rows of the table.</summary>
    public const int Rows = 70;

    private const string AddedRows = """

        VM_BENCH_FIRST  200  IO  -  -  BenchFirst
        VM_BENCH_SECOND  201  IO  -  -  BenchSecond
        """;

    /// <summary>Before the edit and after it.</summary>
    public static IReadOnlyList<string> Versions { get; } = Read();

    private static string[] Read()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("locked.ioctls")
            ?? throw new InvalidOperationException("The assembly does not hold its table.");
        using StreamReader reader = new(stream);

        // No handlers, and names of its own: the assembly that the table comes from is among the references.
        string table = Row().Replace(reader.ReadToEnd() + AddedRows, "$0 not-yet");
        table = table.Replace("VmmEngine.Ratios.Generated", "VmmEngine.Edited", StringComparison.Ordinal);
        int rows = Row().Count(table);
        return rows == Rows
            ? [table, EditedRow().Replace(table, "${before}SLOCK_MEMSEGS${after}")]
            : throw new InvalidOperationException($"The table has {rows} rows, not {Rows}.");
    }

    [GeneratedRegex(@"^VM_.*\S", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^(?<before>VM_GET_CPUS\s+91\s+IOW\s+vm_cpuset\s+)-(?<after>\s)", RegexOptions.Multiline)]
    private static partial Regex EditedRow();
}
