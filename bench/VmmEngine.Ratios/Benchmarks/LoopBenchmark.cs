using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Native;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Ratios.Benchmarks;

/// <summary>The run loop over a scripted vCPU.</summary>
internal sealed class LoopBenchmark(string name, string description, double target, Func<LoopScript> script, bool upstreamTransitions)
    : RatioBenchmark(name, description, target)
{
    private protected override Contest Open(Baselines? baselines)
    {
        LoopWorld world = new(script());
        NativeLoop? native = baselines?.Loop(upstreamTransitions);
        return new Contest(world.Exits(), native is null ? null : Prepare(native), world, native);
    }

    private Variant Prepare(NativeLoop native)
    {
        Array.ForEach(LoopScript.Ports, native.MapPorts);
        Array.ForEach(LoopScript.Mmio, native.MapMmio);
        return native.Play(script());
    }
}
