using VmmEngine.FreeBsd;
using VmmEngine.Kvm;
using VmmEngine.OpenBsd.Baseline;
using VmmEngine.OpenBsd.Newer;
using VmmEngine.Tables;

namespace VmmEngine.Cli.TableRows;

/// <summary>One table as the generator describes it.</summary>
/// <param name="Name">The table's name, with which the names of its generated files begin.</param>
/// <param name="Device">The device node that its commands are for, or a word for a descriptor that has none.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Markdown">Its lock report; null for commands that the engine sends and nobody here answers.</param>
/// <param name="Dot">The same as a graph.</param>
internal sealed record TableListing(string Name, string Device, IReadOnlyList<CommandRow> Rows, string? Markdown = null, string? Dot = null)
{
    /// <summary>Every table that is compiled into the engine.</summary>
    public static IReadOnlyList<TableListing> All { get; } =
    [
        Of("FreeBsdControl", ControlCommandTable.Rows, ControlCommandTable.LockReportMarkdown, ControlCommandTable.LockReportDot),
        Of("FreeBsdVm", VmCommandTable.Rows, VmCommandTable.LockReportMarkdown, VmCommandTable.LockReportDot),
        Of("OpenBsdBaseline", BaselineCommandTable.Rows, BaselineCommandTable.LockReportMarkdown, BaselineCommandTable.LockReportDot),
        Of("OpenBsdNewer", NewerCommandTable.Rows, NewerCommandTable.LockReportMarkdown, NewerCommandTable.LockReportDot),
        Of("KvmSystem", KvmSystemTable.Rows),
        Of("KvmVm", KvmVmTable.Rows),
        Of("KvmVcpu", KvmVcpuTable.Rows),
        Of("KvmDevice", KvmDeviceTable.Rows),
    ];

    /// <summary>The tables whose name or device this is.</summary>
    /// <exception cref="CommandLine.UserErrorException">There is none.</exception>
    public static IReadOnlyList<TableListing> Choose(string? device)
    {
        if (device is null)
        {
            return All;
        }

        TableListing[] chosen = [.. All.Where(table => table.IsCalled(device))];
        if (chosen.Length == 0)
        {
            string[] names = [.. All.SelectMany(table => new[] { table.Device, table.Name }).Distinct()];
            throw new CommandLine.UserErrorException(
                $"There is no table for a device '{device}'.{CommandLine.Nearest.Suggest(device, names)} There are: {string.Join(", ", names)}.");
        }

        return chosen;
    }

    private bool IsCalled(string name) =>
        Device.Equals(name, StringComparison.OrdinalIgnoreCase) || Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static TableListing Of(string name, IReadOnlyList<CommandRow> rows, string? markdown = null, string? dot = null) =>
        new(name, rows[0].Device, rows, markdown, dot);
}
