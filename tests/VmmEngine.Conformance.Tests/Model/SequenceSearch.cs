using VmmEngine.Conformance.Systems;

namespace VmmEngine.Conformance.Tests.Model;

/// <summary>Looks for a sequence that model and system answer differently, and makes it short.</summary>
internal static class SequenceSearch
{
    private const int Threads = 2;

    /// <summary>Tries the sequences of some seeds.</summary>
    /// <returns>The difference, with its seed and its shortest sequence, for people; null if there is none.</returns>
    public static string? Find(int count, Func<ISystemUnderTest> start, Action<ISystemUnderTest, ModelDevice> atEnd)
    {
        int first = int.MaxValue;
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Threads }, (seed, loop) =>
        {
            if (Execute(Step.Sequence(seed), start, atEnd) is not null)
            {
                int before;
                do
                {
                    before = Volatile.Read(ref first);
                }
                while (seed < before && Interlocked.CompareExchange(ref first, seed, before) != before);
                loop.Stop();
            }
        });
        return first == int.MaxValue ? null : Describe(first, start, atEnd);
    }

    private static string Describe(int seed, Func<ISystemUnderTest> start, Action<ISystemUnderTest, ModelDevice> atEnd)
    {
        Step[] shortest = Shorten(Step.Sequence(seed), start, atEnd);
        return $"seed {seed}: {Execute(shortest, start, atEnd)}\n{string.Join("\n", shortest.Select((step, index) => $"  {index}: {step}"))}";
    }

    /// <summary>Leaves out as much as can be left out: halves, quarters, ..., single steps, as long as that helps.</summary>
    private static Step[] Shorten(Step[] steps, Func<ISystemUnderTest> start, Action<ISystemUnderTest, ModelDevice> atEnd)
    {
        for (int size = steps.Length / 2; size > 0; size = size > steps.Length ? steps.Length / 2 : size / 2)
        {
            for (int at = 0; at + size <= steps.Length;)
            {
                Step[] without = [.. steps[..at], .. steps[(at + size)..]];
                bool stillDiffers = Execute(without, start, atEnd) is not null;
                steps = stillDiffers ? without : steps;
                at += stillDiffers ? 0 : size;
            }
        }

        return steps;
    }

    private static string? Execute(IReadOnlyList<Step> steps, Func<ISystemUnderTest> start, Action<ISystemUnderTest, ModelDevice> atEnd)
    {
        using ISystemUnderTest system = start();
        return SequenceRun.Execute(steps, system, model => atEnd(system, model));
    }
}
