using VmmEngine.Snapshots;

namespace VmmEngine.FreeBsd;

/// <summary>A chip that the VM does not have: nothing to save, and nothing but that can be restored.</summary>
internal sealed class AbsentPart : ISnapshotted
{
    public void Save(SnapshotWriter writer)
    {
    }

    public void Restore(SnapshotReader reader)
    {
    }
}
