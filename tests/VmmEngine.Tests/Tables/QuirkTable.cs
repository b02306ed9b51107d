using System.Reflection;
using System.Text.RegularExpressions;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Tests.Tables;

/// <summary>The table of an interface's quirks, beside the class that has an option for each.</summary>
/// <typeparam name="TQuirks">The options.</typeparam>
/// <param name="folder">Of the table, below <c>tables/</c>.</param>
/// <param name="trials">For each option what a client sees of it.</param>
internal sealed class QuirkTable<TQuirks>(string folder, IReadOnlyDictionary<string, Func<TQuirks, string>> trials)
    where TQuirks : new()
{
    private static readonly PropertyInfo[] Options = typeof(TQuirks).GetProperties();

    private readonly Dictionary<string, Row> _rows = File
        .ReadLines(Path.Combine(RepositoryRoot.Folder, "tables", folder, "quirks.md"))
        .Select(line => QuirkRow.Pattern().Match(line))
        .Where(match => match.Success)
        .ToDictionary(match => match.Groups["option"].Value, match => new Row(match.Groups["default"].Value == "on", match.Groups["on"].Value, match.Groups["off"].Value));

    /// <summary>The options.</summary>
    public static TheoryData<string> Names => [.. Options.Select(option => option.Name)];

    /// <summary>Every option has a row and a trial, and there are no others.</summary>
    public void IsWhole()
    {
        string[] options = [.. Options.Select(option => option.Name).Order()];
        Assert.Equal(options, _rows.Keys.Order());
        Assert.Equal(options, trials.Keys.Order());
    }

    /// <summary>An option does in both positions what its row says.</summary>
    public void IsRightAbout(string option)
    {
        Row row = _rows[option];
        Assert.NotEqual(row.On, row.Off);
        Assert.Equal(row.IsDefault, (bool)typeof(TQuirks).GetProperty(option)!.GetValue(new TQuirks())!);
        Assert.Equal(row.On, trials[option](With(option, true)));
        Assert.Equal(row.Off, trials[option](With(option, false)));
    }

    // Only the one option differs from the defaults, so each row is about that one alone.
    private static TQuirks With(string option, bool value)
    {
        TQuirks quirks = new();
        typeof(TQuirks).GetProperty(option)!.SetValue(quirks, value);
        return quirks;
    }

    private sealed record Row(bool IsDefault, string On, string Off);
}

/// <summary>How a row of such a table is written.</summary>
internal static partial class QuirkRow
{
    [GeneratedRegex(@"^\| `(?<option>\w+)` \| (?<default>on|off) \| [^|]+ \| `(?<on>\w+)` \| `(?<off>\w+)` \|$")]
    public static partial Regex Pattern();
}
