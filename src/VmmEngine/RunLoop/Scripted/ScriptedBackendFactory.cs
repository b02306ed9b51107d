using VmmEngine.Backends;

namespace VmmEngine.RunLoop.Scripted;

/// <summary>Makes <see cref="ScriptedVm"/>s.</summary>
public sealed class ScriptedBackendFactory : BackendFactory
{
    /// <inheritdoc/>
    public override string Name => "scripted";

    /// <inheritdoc/>
    public override VmBackend Create(in BackendRequest request) => new ScriptedVm(request);
}
