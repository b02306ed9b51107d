using Spectre.Console;

namespace VmmEngine.Cli.CommandLine;

/// <summary>
/// The two streams of a command: what was asked for goes to the output, progress and complaints go to the error stream.
/// A stream that is no terminal gets neither escape sequences nor line breaks that the text does not have.
/// </summary>
internal sealed class Terminal
{
    /// <summary>Columns of a stream that is no terminal: wide enough that no table wraps.</summary>
    private const int UnlimitedWidth = 1000;

    public Terminal(TextWriter output, TextWriter error, bool outputIsTerminal, bool errorIsTerminal)
    {
        Output = output;
        Error = error;
        OutputIsTerminal = outputIsTerminal;
        ErrorIsTerminal = errorIsTerminal;
        People = CreateConsole(output, outputIsTerminal);
        Progress = CreateConsole(error, errorIsTerminal);
    }

    /// <summary>The output as plain text.</summary>
    public TextWriter Output { get; }

    /// <summary>The error stream as plain text.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether somebody looks at the output while it is written.</summary>
    public bool OutputIsTerminal { get; }

    /// <summary>Whether somebody looks at the error stream while it is written.</summary>
    public bool ErrorIsTerminal { get; }

    /// <summary>The output, for tables and colours.</summary>
    public IAnsiConsole People { get; }

    /// <summary>The error stream, for progress displays.</summary>
    public IAnsiConsole Progress { get; }

    public static Terminal ForProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);

    /// <summary>An empty table in the look of this program: ruled for a terminal, bare columns for a pipe.</summary>
    public Table CreateTable(params ReadOnlySpan<string> columns)
    {
        Table table = new() { Border = OutputIsTerminal ? TableBorder.Rounded : TableBorder.None };
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)) { NoWrap = !OutputIsTerminal });
        }

        return table;
    }

    private static IAnsiConsole CreateConsole(TextWriter writer, bool isTerminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });

        if (!isTerminal)
        {
            console.Profile.Width = UnlimitedWidth;
        }

        return console;
    }
}
