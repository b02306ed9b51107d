using System.Runtime.InteropServices;

namespace VmmEngine.Ratios.Native;

/// <summary>The C baselines, built and loaded.</summary>
internal sealed class Baselines
{
    private readonly nint _upstream;
    private readonly nint _best;
    private readonly nint _loop;

    private Baselines(nint upstream, nint best, nint loop)
    {
        _upstream = upstream;
        _best = best;
        _loop = loop;
    }

    /// <summary>Builds and loads all.</summary>
    /// <param name="cache">Where to keep the libraries; null for the user's cache directory.</param>
    /// <param name="missing">Why there are none, in one line for people; null if there are.</param>
    /// <returns>Null on a machine that cannot build or load them.</returns>
    public static Baselines? TryLoad(string? cache, out string? missing)
    {
        CCompiler? compiler = CCompiler.Find();
        if (compiler is null)
        {
            missing = "no baseline: no gcc, cc or clang on the PATH";
            return null;
        }

        try
        {
            missing = null;
            return new Baselines(BaselineLibraries.Load("upstream", compiler, cache), BaselineLibraries.Load("best", compiler, cache), BaselineLibraries.Load("loop", compiler, cache));
        }
        catch (Exception error) when (error is BaselineException or IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            missing = $"no baseline: {error.Message.Split('\n')[0].TrimEnd()}";
            return null;
        }
    }

    /// <summary>A device that FreeBSD's algorithm serves.</summary>
    public NativeDevice Upstream(uint vcpus, NativeOptions options) => NativeDevice.CreateUpstream(_upstream, vcpus, options);

    /// <summary>A device that the engine's design serves, in C.</summary>
    public NativeDevice Best(uint vcpus, NativeOptions options) => NativeDevice.CreateBest(_best, vcpus, options);

    /// <summary>The engine's run loop, in C.</summary>
    /// <param name="upstreamTransitions">With FreeBSD's changes of state in place of the engine's.</param>
    public NativeLoop Loop(bool upstreamTransitions) => new(_loop, upstreamTransitions);
}
