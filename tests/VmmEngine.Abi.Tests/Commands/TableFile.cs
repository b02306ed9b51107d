using System.Globalization;
using VmmEngine.Abi.Tests.Layouts;

namespace VmmEngine.Abi.Tests.Commands;

/// <summary>A table as a plain reader sees it: words between white space, header lines first.</summary>
internal sealed class TableFile
{
    private readonly Dictionary<string, string[]> _header = [];

    private TableFile()
    {
    }

    public List<TableRow> Rows { get; } = [];

    public static TableFile Read(string path)
    {
        TableFile table = new();
        string? section = null;

        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "tables", path)))
        {
            string[] words = line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            if (words[0] == "section")
            {
                section = words[1];
            }
            else if (section is null)
            {
                table._header.Add(words[0], words[1..]);
            }
            else
            {
                table.Rows.Add(new(section, words[0], words[1], words[2], words[3], words[4], words[5], words[6..]));
            }
        }

        return table;
    }

    public string Header(string key) => Assert.Single(_header[key]);

    public bool HasHeader(string key) => _header.ContainsKey(key);

    public IEnumerable<TableRow> Section(string name) => Rows.Where(row => row.Section == name);

    public TableRow Row(string name) => Assert.Single(Rows, row => row.Name == name);

    /// <summary>The command word of a row, with the size of its argument measured.</summary>
    public uint Word(TableRow row)
        => Encoding.Word(Header("encoding"), row.Direction, SizeOf(row.Argument), Number(Header("group")), (int)Number(row.Number));

    public int SizeOf(string argument)
    {
        Type? type = argument switch
        {
            "-" => typeof(void),
            "int" => typeof(int),
            "ulong" => typeof(ulong),
            _ => _header["arguments"].Select(name => AbiTypes.TryFind(name, argument)).FirstOrDefault(found => found is not null),
        };
        Assert.NotNull(type);

        return type == typeof(void) ? 0 : Measured.SizeOf(type);
    }

    private static uint Number(string word) => word switch
    {
        ['\'', char letter, '\''] => letter,
        ['0', 'x', ..] => Convert.ToUInt32(word, 16),
        _ => uint.Parse(word, CultureInfo.InvariantCulture),
    };
}

/// <summary>One row, each column as it is written.</summary>
internal sealed record TableRow(
    string Section,
    string Name,
    string Number,
    string Direction,
    string Argument,
    string Flags,
    string Handler,
    string[] Attributes)
{
    /// <summary>The value of an attribute KEY=VALUE, or null.</summary>
    public string? Attribute(string key)
        => Attributes.Select(attribute => attribute.Split('=')).SingleOrDefault(parts => parts[0] == key)?[1];
}
