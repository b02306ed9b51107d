using System.Diagnostics;
using VmmEngine.Conformance.Systems;

namespace VmmEngine.Conformance.Cases;

/// <summary>Runs cases, each on a system of its own and within a time limit.</summary>
public static class ConformanceRunner
{
    /// <summary>Ample: the slowest case takes a second where KVM itself is emulated.</summary>
    public static TimeSpan DefaultLimit { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Runs cases in order.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="provider">Where they run.</param>
    /// <param name="limit">For each case; one that goes on has failed and is left behind.</param>
    /// <param name="progress">Told of every result.</param>
    public static IReadOnlyList<CaseResult> Run(
        IEnumerable<ConformanceCase> cases, ISystemProvider provider, TimeSpan? limit = null, IProgress<CaseResult>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ArgumentNullException.ThrowIfNull(provider);

        List<CaseResult> results = [];
        foreach (ConformanceCase @case in cases)
        {
            CaseResult result = Run(@case, provider, limit ?? DefaultLimit);
            results.Add(result);
            progress?.Report(result);
        }

        return results;
    }

    private static CaseResult Run(ConformanceCase @case, ISystemProvider provider, TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        ISystemUnderTest system;
        try
        {
            system = provider.Start(@case.Setup);
        }
        catch (NotSupportedException problem)
        {
            return new CaseResult(@case, CaseOutcome.Skipped, null, null, null, problem.Message, Stopwatch.GetElapsedTime(start));
        }

        using CancellationTokenSource timeUp = new();
        CaseScope scope = new(@case, system, provider, timeUp.Token);
        CaseResult? found = null;
        Thread body = new(() => found = Execute(@case, scope)) { IsBackground = true, Name = @case.Name };
        body.Start();
        bool ended = body.Join(limit);
        timeUp.Cancel();
        CaseResult result = ended ? found! : Failed(@case, "the case", "an end", $"none within {limit.TotalSeconds:0.#} s");

        // Closing sets threads free that hang inside, if the system is well enough for that; if it is not, the run goes on all the same.
        Thread cleaning = new(system.Dispose) { IsBackground = true, Name = "end of " + @case.Name };
        cleaning.Start();
        if (!cleaning.Join(limit) && result.Outcome != CaseOutcome.Failed)
        {
            result = Failed(@case, "closing every descriptor", "an end", $"none within {limit.TotalSeconds:0.#} s");
        }

        return result with { Elapsed = Stopwatch.GetElapsedTime(start) };
    }

    private static CaseResult Execute(ConformanceCase @case, CaseScope scope)
    {
        try
        {
            @case.Body(scope);
            return new CaseResult(@case, CaseOutcome.Passed, null, null, null, null, default);
        }
        catch (CaseFailedException failure)
        {
            return Failed(@case, failure.What, failure.Expected, failure.Seen);
        }
        catch (CaseSkippedException skip)
        {
            return new CaseResult(@case, CaseOutcome.Skipped, null, null, null, skip.Message, default);
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            return Failed(@case, "the case", "no exception", $"{bug.GetType().Name}: {bug.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static CaseResult Failed(ConformanceCase @case, string what, string expected, string seen) =>
        new(@case, CaseOutcome.Failed, what, expected, seen, null, default);
}
