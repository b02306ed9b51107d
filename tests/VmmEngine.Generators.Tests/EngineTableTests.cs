using System.Globalization;
using System.Text.RegularExpressions;
using VmmEngine.Generators.Tests.Infrastructure;

namespace VmmEngine.Generators.Tests;

/// <summary>The repository's own tables.</summary>
public partial class EngineTableTests
{
    /// <summary>CS0436: the engine that is referred to has been built from the same tables.</summary>
    private const string HidesTheEngineOwn = "CS0436";

    private static readonly Run Run = Run.OfAll(Repository.Tables.Select(EngineWorld.Table), EngineWorld.Source);

    public static TheoryData<string> Dispatches => [.. Run.HintNames.Where(name => name.EndsWith(".Dispatch.g.cs", StringComparison.Ordinal))];

    [Fact]
    public void AllOfThemCompileWithoutWarnings()
    {
        Assert.Empty(Run.Diagnostics);
        Assert.DoesNotContain(Run.CompilerDiagnostics, diagnostic => diagnostic.Id != HidesTheEngineOwn);
        Assert.Equal(4, Dispatches.Count);
    }

    [Theory]
    [MemberData(nameof(Dispatches))]
    public void EveryCommandWordHasASlotOfItsOwn(string dispatchFile)
    {
        string dispatch = Run.File(dispatchFile);
        uint multiplier = uint.Parse(Multiplier().Match(dispatch).Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        int shift = int.Parse(Shift().Match(dispatch).Groups[1].Value, CultureInfo.InvariantCulture);
        uint[] words = [.. Word().Matches(Run.File(dispatchFile.Replace(".Dispatch.", ".Words.", StringComparison.Ordinal)))
            .Select(match => uint.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];

        Assert.NotEmpty(words);
        Assert.Equal(words.Length, words.Select(word => unchecked(word * multiplier) >> shift).Distinct().Count());
        Assert.True(Slots().IsMatch(dispatch), "256 slots are enough for every table of this repository");
    }

    [GeneratedRegex("Multiplier = 0x([0-9A-F]{8})")]
    private static partial Regex Multiplier();

    [GeneratedRegex("Shift = ([0-9]+)")]
    private static partial Regex Shift();

    [GeneratedRegex("Slots = 256;")]
    private static partial Regex Slots();

    [GeneratedRegex("public const uint [A-Z0-9_a-z]+ = 0x([0-9A-F]{8})")]
    private static partial Regex Word();
}
