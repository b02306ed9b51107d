using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Native;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Ratios.Benchmarks;

/// <summary>Whole commands: argument in, locks, a handler that does nothing, locks released, argument out.</summary>
internal sealed class CommandBenchmark(string name, string description, double target, int threads, Func<IReadOnlyList<uint>> commands)
    : RatioBenchmark(name, description, target)
{
    private protected override int Threads => threads;

    private protected override Contest Open(Baselines? baselines)
    {
        IReadOnlyList<uint> sequence = commands();
        CommandStream[] streams = [.. Enumerable.Range(0, threads).Select(vcpu => new CommandStream(sequence, vcpu))];
        RatioWorld world = new((uint)threads, threads);
        NativeDevice? device = baselines?.Upstream((uint)threads, NativeOptions.Preconditions);
        return new Contest(new LockedCommandVariant(world, streams), device?.Commands(streams), [world, device, .. streams]);
    }
}
