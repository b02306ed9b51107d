using VmmEngine.Backends;

namespace VmmEngine.RunLoop.Scripted;

/// <summary>Makes <see cref="ScriptedVm"/>s.</summary>
/// <param name="script">What every vCPU plays over and over; empty for nothing, until somebody loads it.</param>
public sealed class ScriptedBackendFactory(params IReadOnlyList<ScriptedExit> script) : BackendFactory
{
    /// <summary>A guest that writes to a port for ever, which no chip of the engine's has: for measuring what is above the back end.</summary>
    public static IReadOnlyList<ScriptedExit> EndlessOut { get; } = [ScriptedExit.Out(port: 0xF4, size: 1, value: 0)];

    /// <inheritdoc/>
    public override string Name => "scripted";

    /// <inheritdoc/>
    public override VmBackend Create(in BackendRequest request) => new ScriptedVm(request, script);
}
