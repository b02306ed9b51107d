using System.Text.Json.Serialization;

namespace VmmEngine.Ratios;

/// <summary>One row of the speed table.</summary>
/// <param name="Name">As in <see cref="RatioSuite.All"/>.</param>
/// <param name="OursNs">Nanoseconds for one, median of the rounds: of thread processor time, or where threads wait for each other, of time. Null if the row was skipped.</param>
/// <param name="BaselineNs">The same of the C baseline; null without a baseline.</param>
/// <param name="Ratio">The median of the per-round ratios; null without a baseline.</param>
/// <param name="Target">The ratio is to be this at most.</param>
/// <param name="Met">Whether it is; null without a baseline.</param>
/// <param name="Note">What a reader has to know about this figure; null if nothing.</param>
public sealed record RatioResult(string Name, double? OursNs, double? BaselineNs, double? Ratio, double Target, bool? Met, string? Note);

/// <summary>The results as JSON: an array of objects with names such as <c>ours_ns</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<RatioResult>))]
public sealed partial class RatioJson : JsonSerializerContext;
