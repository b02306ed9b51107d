using System.Reflection;
using System.Text;

namespace VmmEngine.Generators.Emit;

/// <summary>Writes indented lines, ended by a line feed on every machine.</summary>
internal sealed partial class CodeWriter
{
    private const int IndentWidth = 4;

    private static readonly AssemblyName Generator = typeof(CodeWriter).Assembly.GetName();

    private readonly StringBuilder _text = new();
    private int _indent;

    /// <summary>The attribute that every generated type carries.</summary>
    public static string GeneratedCode => $"[GeneratedCode(\"{Generator.Name}\", \"{Generator.Version.ToString(3)}\")]";

    public void Line() => _text.Append('\n');

    public void Line(string line) => _text.Append(' ', _indent * IndentWidth).Append(line).Append('\n');

    /// <summary>A line one step further in: the continuation of the line before.</summary>
    public void Continue(string line)
    {
        _text.Append(' ', line.Length == 0 ? 0 : (_indent + 1) * IndentWidth).Append(line).Append('\n');
    }

    public void Open()
    {
        Line("{");
        _indent++;
    }

    public void Close(string behind = "")
    {
        _indent--;
        Line("}" + behind);
    }

    /// <summary>An if statement that returns.</summary>
    public void ReturnIf(string condition, string value)
    {
        Line($"if ({condition})");
        Open();
        Line($"return {value};");
        Close();
    }

    public override string ToString() => _text.ToString();
}
