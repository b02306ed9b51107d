using System.Text.Json;
using Xunit;

namespace VmmEngine.Ratios.Tests;

public sealed class RatioResultTests
{
    [Fact]
    public void ResultsAreAnArrayOfObjectsWithSnakeCaseNames()
    {
        IReadOnlyList<RatioResult> results = [new("dispatch-random", 15.5, 62, 0.25, 0.44, true, null)];

        using JsonDocument json = JsonDocument.Parse(JsonSerializer.Serialize(results, RatioJson.Default.IReadOnlyListRatioResult));

        JsonElement row = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(["name", "ours_ns", "baseline_ns", "ratio", "target", "met", "note"], row.EnumerateObject().Select(member => member.Name));
        Assert.Equal(0.25, row.GetProperty("ratio").GetDouble());
    }

    [Fact]
    public void WithoutABaselineTheRatioIsNull()
    {
        IReadOnlyList<RatioResult> results = [new("dispatch-random", 15.5, null, null, 0.44, null, "no C compiler found: no baseline")];

        using JsonDocument json = JsonDocument.Parse(JsonSerializer.Serialize(results, RatioJson.Default.IReadOnlyListRatioResult));

        Assert.Equal(JsonValueKind.Null, json.RootElement[0].GetProperty("ratio").ValueKind);
    }
}
