using VmmEngine.Platform;
using VmmEngine.Snapshots;

namespace VmmEngine.FreeBsd;

/// <summary>An interrupt controller, with what it knows of the lines of the chips inside the VM: the chips may be restored before it or after it.</summary>
/// <param name="vm">The VM.</param>
/// <param name="save">Writes the controller's state.</param>
/// <param name="restore">Reads it back.</param>
internal sealed unsafe class ControllerPart(Vm vm, Action<SnapshotWriter> save, Action<SnapshotReader> restore) : IChipPart
{
    public void Save(SnapshotWriter writer)
    {
        vm.Devices.Chipset.KnownLevels.Save(writer);
        save(writer);
    }

    public void Restore(SnapshotReader reader)
    {
        ChipLevels levels = ChipLevels.Restore(reader);
        restore(reader);
        vm.Devices.Chipset.KnownLevels = levels;
    }

    // What is requested is found by looking.
    public void Resume() => vm.PostToActive(Locks.VcpuRequests.Event);
}
