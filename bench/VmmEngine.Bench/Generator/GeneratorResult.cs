using System.Text.Json.Serialization;

namespace VmmEngine.Bench.Generator;

/// <summary>The median time of an incremental run.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Rows">Rows of the table.</param>
/// <param name="Edits">Runs after the warm-up.</param>
/// <param name="MedianMs">Milliseconds of processor time from the edit to the generated text.</param>
/// <param name="TargetMs">It is to be this at most.</param>
/// <param name="Met">Whether it is.</param>
internal sealed record GeneratorResult(string Name, int Rows, int Edits, double MedianMs, double TargetMs, bool Met);

/// <summary>The result as JSON, with names such as <c>median_ms</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(GeneratorResult))]
internal sealed partial class GeneratorJson : JsonSerializerContext;
