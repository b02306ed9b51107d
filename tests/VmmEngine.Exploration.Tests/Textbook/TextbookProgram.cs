using Xunit.Abstractions;

namespace VmmEngine.Exploration.Tests.Textbook;

/// <summary>Explores small programs whose answers are in every textbook.</summary>
public abstract class TextbookProgram(ITestOutputHelper output)
{
    protected ExplorationResult Explore(Action<World> build, ExplorationLimits? limits = null)
    {
        ExplorationResult result = Explorer.Explore(new Scenario("textbook", "program", Expectation.Clean, build), limits);
        output.WriteLine($"{result.Verdict}: {result.States} states, {result.Transitions} transitions, {result.Schedules} schedules");
        if (result.Violation is not null)
        {
            output.WriteLine(result.Violation.ToString());
        }

        return result;
    }

    protected ExplorationResult ExploreClean(Action<World> build)
    {
        ExplorationResult result = Explore(build);
        Assert.Equal(Verdict.Clean, result.Verdict);
        return result;
    }

    protected Violation ExploreViolated(ViolationKind kind, Action<World> build)
    {
        ExplorationResult result = Explore(build);
        Assert.Equal(Verdict.Violated, result.Verdict);
        Assert.Equal(kind, result.Violation!.Kind);
        Assert.NotEmpty(result.Violation.Trace);
        return result.Violation;
    }
}
