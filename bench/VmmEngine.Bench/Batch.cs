using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Bench;

/// <summary>How many commands one call of a benchmark runs; figures are for one command.</summary>
internal static class Batch
{
    public const int Commands = 16 * 1024;

    public const int Freezes = 256;

    /// <summary>Frees what a benchmark worked on.</summary>
    public static void End(params IDisposable?[] items)
    {
        foreach (IDisposable? item in items)
        {
            item?.Dispose();
        }
    }

    /// <summary>A stream for one caller, whose vCPU is number 0.</summary>
    public static CommandStream[] Of(IReadOnlyList<uint> commands) => [new CommandStream(commands, vcpu: 0)];
}
