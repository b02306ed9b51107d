using System.Globalization;
using System.Text.Json;
using VmmEngine.Ratios;

namespace VmmEngine.Bench;

/// <summary>Prints the speed table.</summary>
internal static class RatiosCommand
{
    private const string Json = "--json";
    private const string Quick = "--quick";

    public static int Run(string[] arguments)
    {
        string[] names = [.. arguments.Where(argument => argument is not (Json or Quick))];
        RatioOptions options = arguments.Contains(Quick) ? RatioOptions.Quick : RatioOptions.Thorough;
        IReadOnlyList<RatioResult> results = RatioSuite.Run(names, options);
        Console.WriteLine(arguments.Contains(Json) ? JsonSerializer.Serialize(results, RatioJson.Default.IReadOnlyListRatioResult) : Table(results));
        return 0;
    }

    private static string Table(IReadOnlyList<RatioResult> results)
    {
        IEnumerable<string> lines = results.Select(result => string.Create(
            CultureInfo.InvariantCulture,
            $"| {result.Name,-20} | {result.OursNs,8:F1} | {result.BaselineNs,8:F1} | {result.Ratio,5:F3} | {result.Target,4:F2} | {Verdict(result),-6} | {result.Note} |"));
        return string.Join(Environment.NewLine, ["| what | ns | C, ns | ratio | target | | |", "|---|---|---|---|---|---|---|", .. lines]);
    }

    private static string Verdict(RatioResult result) => result.Met switch
    {
        true => "met",
        false => "missed",
        null => "",
    };
}
