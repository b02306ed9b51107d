using System.Globalization;
using System.Text.Json;

namespace VmmEngine.Bench.Generator;

/// <summary>Prints the generator's time.</summary>
internal static class GeneratorCommand
{
    public static int Run(string[] arguments)
    {
        GeneratorResult result = GeneratorBenchmark.Run();
        Console.WriteLine(arguments.Contains("--json")
            ? JsonSerializer.Serialize(result, GeneratorJson.Default.GeneratorResult)
            : string.Create(
                CultureInfo.InvariantCulture,
                $"One row of {result.Rows} edited: {result.MedianMs:F1} ms, median of {result.Edits} runs (target {result.TargetMs:F0} ms: {(result.Met ? "met" : "missed")})."));
        return 0;
    }
}
