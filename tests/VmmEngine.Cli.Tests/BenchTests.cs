using System.Text.Json;
using VmmEngine.Ratios;
using Xunit;

namespace VmmEngine.Cli.Tests;

/// <summary><c>vmm bench</c>: what it prints, not what it measures.</summary>
public sealed class BenchTests
{
    [Fact]
    public void AMisspeltBenchmarkIsRefusedWithTheNearestOne()
    {
        string name = RatioSuite.All[0].Name;

        Invocation.Of("bench", name + "x").AssertIsUserError($"'{name}x'", $"Did you mean '{name}'?");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    public void ANumberOfKicksThatIsNoneIsRefused(string count) => Invocation.Of("bench", "--kicks", count).AssertIsUserError("--kicks", $"'{count}'");

    [Fact]
    public void OneRowIsMeasuredAndDescribedForMachines()
    {
        RatioBenchmark row = RatioSuite.All[0];

        Invocation run = Invocation.Of("bench", row.Name, "--quick", "--json");

        Assert.Equal(0, run.ExitCode);
        JsonElement result = Assert.Single(run.Json.EnumerateArray());
        Assert.Equal(row.Name, result.GetProperty("name").GetString());
        Assert.Equal(row.Target, result.GetProperty("target").GetDouble());
        Assert.True(result.GetProperty("ours_ns").GetDouble() > 0);
        bool compared = result.GetProperty("baseline_ns").ValueKind == JsonValueKind.Number;
        Assert.Equal(compared, result.GetProperty("ratio").ValueKind == JsonValueKind.Number);
        Assert.True(result.TryGetProperty("note", out JsonElement note));
        Assert.True(compared || note.ValueKind == JsonValueKind.String);
    }
}
