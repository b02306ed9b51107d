using System.Diagnostics;
using VmmEngine.Exploration.Search;
using VmmEngine.Exploration.States;

namespace VmmEngine.Exploration;

/// <summary>
/// Tries every schedule of a scenario: every interleaving of its threads' accesses and every moment at which a buffered store can reach memory.
/// </summary>
/// <remarks>
/// No OS threads take part. Each explored thread's code is run once per branch of its own decisions (see <see cref="ReplayAtomics"/>); all interleaving is arithmetic on states.
/// A state is what every thread has seen, memory, store buffers, sleepers and who is inside what; equal states are visited once. Deterministic.
/// </remarks>
public static class Explorer
{
    /// <summary>Explores one scenario on the calling thread.</summary>
    /// <param name="scenario">What to explore.</param>
    /// <param name="limits">Where to give up; null for the scenario's own limits.</param>
    /// <param name="progress">Told now and then how far the search is; called on the calling thread if it is a synchronous implementation.</param>
    public static ExplorationResult Explore(Scenario scenario, ExplorationLimits? limits = null, IProgress<ExplorationProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        limits ??= scenario.Limits ?? ExplorationLimits.Default;
        Stopwatch elapsed = Stopwatch.StartNew();
        using World world = new();
        scenario.Build(world);
        world.Seal();

        Stepper stepper = new(world, limits);
        DepthFirstSearch search = new(scenario, world, stepper, limits, progress);
        Verdict verdict = search.Run();
        Violation? violation = search.Broken is (ViolationKind, string) broken ? Describe(scenario, world, stepper, limits, search, broken) : null;
        return new ExplorationResult(scenario, verdict, search.States, search.Transitions, search.Schedules, violation, elapsed.Elapsed);
    }

    private static Violation Describe(
        Scenario scenario, World world, Stepper stepper, ExplorationLimits limits, DepthFirstSearch search, (ViolationKind Kind, string Message) broken)
    {
        // One mistake can break several promises; a broken copy says which one it is there to show.
        (ViolationKind kind, string message) = broken;
        List<int> schedule = search.Path;
        foreach (ViolationKind sought in (ReadOnlySpan<ViolationKind>)[scenario.ExpectedViolation ?? kind, kind])
        {
            if (sought != ViolationKind.Livelock && new ShortestSchedule(world, stepper, limits).Find(sought) is (List<int>, string) found)
            {
                (schedule, message) = found;
                kind = sought;
                break;
            }
        }

        List<string> lines = [];
        stepper.Trace = lines.Add;
        stepper.Begin();
        foreach (int transition in schedule)
        {
            stepper.Apply(transition);
        }

        stepper.Trace = null;
        return new Violation(kind, message, lines);
    }
}
