using System.Text.RegularExpressions;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Tests.Infrastructure;

/// <summary>The engine's own tables with all handlers set aside, so that tests see the tables and not how far the engine has come.</summary>
internal static partial class EngineWorld
{
    private const string Members = """
                public ref VmmEngine.Locks.LOCKS Locks => ref *locks;
                public ref VmmEngine.Locks.CallerLine Line => ref *line;
                public int CheckPrivilege(VmmEngine.Privilege privilege) => (int)privilege;
                public bool IsEnabled(VmmEngine.Option option) => option == VmmEngine.Option.None;
                public int FindVm(uint id, out VmmEngine.OpenBsd.VmTarget target) { target = default; return (int)id; }
                public void Release() { }
        """;

    public static readonly string Source = $$"""
        #pragma warning disable CS1591, CS0436 // stand-ins, which hide the engine's own types
        namespace VmmEngine.FreeBsd
        {
        {{Struct("VmCall", "VmLocks")}}
        {{Struct("ControlCall", "HostLocks")}}
            public partial struct VmHandlers;
            public partial struct ControlHandlers;
        }

        namespace VmmEngine.OpenBsd
        {
        {{Struct("DeviceCall", "HostLocks")}}
        {{Struct("VmTarget", "VmLocks")}}
        }

        namespace VmmEngine.OpenBsd.Baseline { public partial struct DeviceHandlers; }

        namespace VmmEngine.OpenBsd.Newer { public partial struct DeviceHandlers; }
        """;

    /// <summary>A table of the repository, every row not-yet.</summary>
    public static TableText Table(string path) => new(path, WithoutHandlers(path, File.ReadAllText(path)));

    private static string WithoutHandlers(string path, string text)
    {
        TableSyntax table = TableParser.Parse(new TableFile(path, text), CancellationToken.None);
        HashSet<int> handled = [.. table.Rows
            .Where(row => row.Handler.Text != "-" && row.Attributes.All(attribute => attribute.Text != "not-yet"))
            .Select(row => row.Name.At.Line)];
        return string.Join("\n", text.Split('\n').Select((line, index) => handled.Contains(index) ? Comment().Replace(line, "") + " not-yet" : line));
    }

    private static string Struct(string name, string locks) => $$"""
            public readonly unsafe struct {{name}}(VmmEngine.Locks.{{locks}}* locks, VmmEngine.Locks.CallerLine* line)
            {
        {{Members.Replace("LOCKS", locks, StringComparison.Ordinal)}}
            }
        """;

    [GeneratedRegex("#.*")]
    private static partial Regex Comment();
}
