using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Model;

/// <summary>Reads a header. What is missing or makes no sense is reported once and replaced by a harmless value.</summary>
internal sealed class HeaderBuilder(TableSyntax table, ProblemList problems)
{
    private const string OutgoingKind = "outgoing";

    public HeaderModel Build()
    {
        bool outgoing = OneOf(HeaderKeys.Kind, OutgoingKind) is not null;
        foreach (string key in outgoing ? HeaderKeys.Required : HeaderKeys.Required.Concat(HeaderKeys.RequiredIncoming))
        {
            if (table.Header(key) is null)
            {
                problems.AddAtStart(Descriptors.MissingHeaderKey, key);
            }
        }

        string[] ids = Words(HeaderKeys.Ids, ["vm", "vcpu"]);
        (string? creation, string? ejection) = Vcpus();
        string[] order = Words(HeaderKeys.Order, FlagFacts.Locks);
        QualifiedNames(HeaderKeys.Arguments);

        return new HeaderModel(
            Identifier(HeaderKeys.Table) ?? "Table",
            TableFile.ShortName(table.Path),
            Single(HeaderKeys.Device)?.Text ?? "",
            outgoing,
            Encoding(),
            Group(),
            QualifiedName(HeaderKeys.Namespace) ?? "Tables",
            Identifier(HeaderKeys.Class) ?? "Commands",
            Handlers(),
            Type(HeaderKeys.Call),
            Type(HeaderKeys.Target),
            Type(HeaderKeys.Errors),
            ids.Contains("vm"),
            ids.Contains("vcpu"),
            creation == "create",
            ejection == "eject",
            Identifier(HeaderKeys.NoVcpu),
            order.ToEquatableArray(),
            Release(order).ToEquatableArray());
    }

    private CommandEncoding Encoding() =>
        (CommandEncoding)Math.Max(0, Array.IndexOf(CommandEncodings.Spellings, OneOf(HeaderKeys.Encoding, CommandEncodings.Spellings)));

    private TypeName? Handlers()
    {
        string @namespace = table.Header(HeaderKeys.Namespace)?.Values[0].Text ?? "";
        return Identifier(HeaderKeys.Handlers) is { } name ? new TypeName(@namespace, name) : null;
    }

    private (string? Creation, string? Ejection) Vcpus()
    {
        if (table.Header(HeaderKeys.Vcpus) is not { } header)
        {
            return (null, null);
        }

        string[] words = [.. header.Values.Select(value => value.Text)];
        if (words.Length != 2 || words[0] is not ("create" or "existing") || words[1] is not ("eject" or "wait"))
        {
            Bad(header, "two words are expected: create or existing, then eject or wait");
            return (null, null);
        }

        return (words[0], words[1]);
    }

    private string[] Release(string[] order)
    {
        string[] release = Words(HeaderKeys.Release, FlagFacts.Locks);
        if (!release.OrderBy(name => name, StringComparer.Ordinal).SequenceEqual(order.OrderBy(name => name, StringComparer.Ordinal)))
        {
            string expected = $"it must name the locks of 'order', which are: {string.Join(" ", order)}";
            if (table.Header(HeaderKeys.Release) is { } header)
            {
                Bad(header, expected);
            }
            else
            {
                problems.AddAtStart(Descriptors.MissingHeaderKey, HeaderKeys.Release);
            }
        }

        return release;
    }

    private byte Group()
    {
        if (Single(HeaderKeys.Group) is not { } cell)
        {
            return 0;
        }

        if (cell.Text.Length == 3 && cell.Text[0] == '\'' && cell.Text[1] <= '\x7F' && cell.Text[2] == '\'')
        {
            return (byte)cell.Text[1];
        }

        if (Text.TryParseNumber(cell.Text, out long number) && number <= byte.MaxValue)
        {
            return (byte)number;
        }

        Bad(HeaderKeys.Group, cell, "a letter in quotes or a number up to 255 is expected");
        return 0;
    }

    private TypeName? Type(string key) => QualifiedName(key) is { } name ? TypeName.Parse(name) : null;

    private string? Identifier(string key) =>
        Single(key) is { } cell && Valid(key, cell, Text.IsIdentifier(cell.Text), "a C# name is expected") ? cell.Text : null;

    private string? QualifiedName(string key) =>
        Single(key) is { } cell && Valid(key, cell, Text.IsQualifiedName(cell.Text), "a C# name with dots is expected") ? cell.Text : null;

    private void QualifiedNames(string key)
    {
        foreach (Cell value in table.Header(key)?.Values ?? EquatableArray<Cell>.Empty)
        {
            Valid(key, value, Text.IsQualifiedName(value.Text), "C# namespaces are expected");
        }
    }

    private string? OneOf(string key, params string[] words) =>
        Single(key) is { } cell && Valid(key, cell, words.Contains(cell.Text), Expected(cell, words)) ? cell.Text : null;

    /// <summary>The words of a line that lists each of some known words at most once.</summary>
    private string[] Words(string key, string[] known)
    {
        List<string> words = [];
        foreach (Cell value in table.Header(key)?.Values ?? EquatableArray<Cell>.Empty)
        {
            if (Valid(key, value, known.Contains(value.Text), Expected(value, known))
                && Valid(key, value, !words.Contains(value.Text), "it is named twice"))
            {
                words.Add(value.Text);
            }
        }

        return [.. words];
    }

    private Cell? Single(string key)
    {
        if (table.Header(key) is not { } header)
        {
            return null;
        }

        if (header.Values.Count > 1)
        {
            Bad(key, header.Values[1], "one word is expected");
        }

        return header.Values[0];
    }

    private static string Expected(Cell cell, string[] known) =>
        $"'{cell.Text}' is none of: {string.Join(", ", known)}.{Suggestion.For(cell.Text, known)}";

    private bool Valid(string key, Cell cell, bool valid, string otherwise)
    {
        if (!valid)
        {
            Bad(key, cell, otherwise);
        }

        return valid;
    }

    private void Bad(HeaderSyntax header, string why) => Bad(header.Key.Text, header.Values[0], why);

    private void Bad(string key, Cell cell, string why) => problems.Add(Descriptors.BadHeaderValue, cell, key, why);
}
