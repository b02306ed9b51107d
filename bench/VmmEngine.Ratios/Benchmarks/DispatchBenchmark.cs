using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Native;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Ratios.Benchmarks;

/// <summary>Commands without locks: from the command word to a handler that does nothing, and back.</summary>
internal sealed class DispatchBenchmark(
    string name,
    string description,
    double target,
    Func<IReadOnlyList<uint>> commands,
    Func<Baselines, NativeDevice> baseline)
    : RatioBenchmark(name, description, target)
{
    private protected override Contest Open(Baselines? baselines)
    {
        CommandStream stream = new(commands(), vcpu: 0);
        RatioWorld world = new(vcpus: 1, callers: 1);
        NativeDevice? device = baselines is null ? null : baseline(baselines);
        return new Contest(new BareCommandVariant(world, [stream]), device?.Commands([stream]), world, device, stream);
    }
}
