using System.Runtime.InteropServices;

namespace VmmEngine.Ratios.Native;

/// <summary>The two C baselines, built and loaded.</summary>
internal sealed class Baselines
{
    private readonly nint _upstream;
    private readonly nint _best;

    private Baselines(nint upstream, nint best)
    {
        _upstream = upstream;
        _best = best;
    }

    /// <summary>Builds and loads both; null on a machine without a C compiler.</summary>
    public static Baselines? TryLoad(string? cache)
    {
        CCompiler? compiler = CCompiler.Find();
        return compiler is null
            ? null
            : new Baselines(BaselineLibraries.Load("upstream", compiler, cache), BaselineLibraries.Load("best", compiler, cache));
    }

    /// <summary>A device that FreeBSD's algorithm serves.</summary>
    public NativeDevice Upstream(uint vcpus, NativeOptions options) => NativeDevice.CreateUpstream(_upstream, vcpus, options);

    /// <summary>A device that the engine's design serves, in C.</summary>
    public NativeDevice Best(uint vcpus, NativeOptions options) => NativeDevice.CreateBest(_best, vcpus, options);
}
