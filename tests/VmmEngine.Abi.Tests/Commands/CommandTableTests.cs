namespace VmmEngine.Abi.Tests.Commands;

public sealed class CommandTableTests
{
    private static readonly (string Path, string Section, string[] Lines)[] References =
    [
        ("freebsd/vmmctl.ioctls", "control", FreeBsdCommands.Control),
        ("freebsd/vm.ioctls", "generic", FreeBsdCommands.Generic),
        ("freebsd/vm.ioctls", "amd64", FreeBsdCommands.Amd64),
        ("freebsd/vm.ioctls", "compat", FreeBsdCommands.Compat),
        ("openbsd/vmm-baseline.ioctls", "device", OpenBsdCommands.Baseline),
        ("openbsd/vmm-newer.ioctls", "device", OpenBsdCommands.Newer),
        ("kvm/system.ioctls", "system", KvmCommands.System),
        ("kvm/vm.ioctls", "vm", KvmCommands.Vm),
        ("kvm/vcpu.ioctls", "vcpu", KvmCommands.Vcpu),
        ("kvm/device.ioctls", "device", KvmCommands.Device),
    ];

    public static TheoryData<string, string> Sections
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach ((string path, string section, _) in References)
            {
                data.Add(path, section);
            }

            return data;
        }
    }

    public static TheoryData<string, string> Commands
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach ((string path, _, string[] lines) in References)
            {
                foreach (string line in lines)
                {
                    data.Add(path, line);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> Paths => [.. References.Select(reference => reference.Path).Distinct()];

    [Theory]
    [MemberData(nameof(Sections))]
    public void RowsAreTheReferencesInItsOrder(string path, string section)
    {
        IEnumerable<string> expected = References
            .Single(reference => reference.Path == path && reference.Section == section).Lines
            .Select(line => Command.Parse(line).Name);

        Assert.Equal(expected, TableFile.Read(path).Section(section).Select(row => row.Name));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void PartsGiveTheReferencesWord(string path, string line)
    {
        TableFile table = TableFile.Read(path);
        Command command = Command.Parse(line);
        TableRow row = table.Row(command.Name);

        Assert.Equal(command.Word, table.Word(row));
        Assert.Equal(command.Direction, row.Direction);
        Assert.Equal(command.Size, table.SizeOf(row.Argument));
        Assert.Equal((uint)command.Number, table.Word(row) & 0xFF);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void PreconditionsAreTheReferences(string path, string line)
    {
        Command command = Command.Parse(line);

        Assert.Equal(command.Flags, TableFile.Read(path).Row(command.Name).Flags);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void EverySectionButTheOperationsHasAReference(string path)
    {
        IEnumerable<string> expected = References.Where(reference => reference.Path == path).Select(reference => reference.Section);

        IEnumerable<string> sections = TableFile.Read(path).Rows.Select(row => row.Section).Distinct();

        Assert.Equal(expected, sections.Except(["operations"]));
    }

    [Fact]
    public void EveryTableHasAReference()
    {
        string tables = Path.Combine(AppContext.BaseDirectory, "tables");

        IEnumerable<string> found = Directory.EnumerateFiles(tables, "*.ioctls", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(tables, path).Replace('\\', '/'));

        Assert.Equal(
            References.Select(reference => reference.Path).Distinct().Order(StringComparer.Ordinal),
            found.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void CommandWordsAndHandlersAreDistinct(string path)
    {
        TableFile table = TableFile.Read(path);
        TableRow[] commands = [.. table.Rows.Where(row => row.Section != "operations")];
        string[] handlers = [.. table.Rows.Select(row => row.Handler).Where(handler => handler != "-")];

        Assert.Equal(commands.Length, commands.Select(table.Word).Distinct().Count());
        Assert.Equal(handlers.Length, handlers.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void OperationsAloneHaveNeitherNumberNorDirection(string path)
        => Assert.All(
            TableFile.Read(path).Rows,
            row => Assert.Equal(row.Section == "operations", row.Number == "-" && row.Direction == "-"));
}
