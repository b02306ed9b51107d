using VmmEngine.Backends;

namespace VmmEngine.Machines;

/// <summary>Keeps the back end that it makes, for what only one kind of back end can tell.</summary>
internal sealed class KeepingFactory(BackendFactory maker) : BackendFactory
{
    /// <inheritdoc/>
    public override string Name => maker.Name;

    /// <summary>What was made; null before.</summary>
    public VmBackend? Made { get; private set; }

    /// <inheritdoc/>
    public override VmBackend Create(in BackendRequest request) => Made = maker.Create(in request);
}
