using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Native;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Ratios.Benchmarks;

/// <summary>Whole commands: argument in, locks, a handler that does nothing, locks released, argument out.</summary>
internal sealed class CommandBenchmark(string name, string description, double target, int threads, Func<IReadOnlyList<uint>> commands)
    : RatioBenchmark(name, description, target)
{
    /// <summary>Whether both sides also enter the device: pass its gate here, count the threads inside in C.</summary>
    public bool EntersDevice { get; init; }

    private protected override int Threads => threads;

    private protected override string? Note => EntersDevice ? "with entry into the device on both sides" : null;

    private protected override Contest Open(Baselines? baselines)
    {
        IReadOnlyList<uint> sequence = commands();
        CommandStream[] streams = [.. Enumerable.Range(0, threads).Select(vcpu => new CommandStream(sequence, vcpu))];
        RatioWorld world = new((uint)threads, threads);
        NativeOptions options = EntersDevice ? NativeOptions.Preconditions | NativeOptions.Entry : NativeOptions.Preconditions;
        NativeDevice? device = baselines?.Upstream((uint)threads, options);
        CommandVariant ours = EntersDevice ? new EnteringCommandVariant(world, streams) : new LockedCommandVariant(world, streams);
        return new Contest(ours, device?.Commands(streams), [world, device, .. streams]);
    }
}
