using System.Diagnostics.CodeAnalysis;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.Memory;

namespace VmmEngine.FreeBsd;

/// <summary>The nodes <c>/dev/vmm.io/VM.SEGMENT</c> of a host: one for each device-memory segment, from its allocation to the VM's end.</summary>
/// <remarks>
/// Guarded by a lock of its own, the last in the order: it is taken inside a VM's commands and nothing is waited for under it. A VM's name is
/// taken until the VM is gone, but different VMs and segments can still ask for one node ("a.b" with "c", "a" with "b.c").
/// </remarks>
internal sealed class DeviceMemoryNodes(FreeBsdHostOptions options)
{
    private const int LongestName = 255;
    private const int DirectoryLength = 7; // "vmm.io/"

    private readonly Lock _lock = new();
    private readonly List<Node> _nodes = [];

    /// <summary>Makes the node of a segment.</summary>
    /// <returns>0; EINVAL for a name that no node can have; ENAMETOOLONG; EEXIST if there is such a node.</returns>
    public int Add(Vm vm, MemorySegment segment)
    {
        byte[] path = [.. vm.Name, (byte)'.', .. segment.Name];
        if (path.Length + DirectoryLength > LongestName)
        {
            return Errno.ENAMETOOLONG;
        }

        int error = VmNames.Check(path, options.Quirks);
        if (error != 0)
        {
            return error;
        }

        lock (_lock)
        {
            if (_nodes.Exists(node => VmNames.NodesCollide(node.Path, path) && SharesNodes(vm.Creator, node.Vm)))
            {
                return Errno.EEXIST;
            }

            _nodes.Add(new Node(path, vm, segment.Id));
            return 0;
        }
    }

    /// <summary>Takes away the nodes of a VM.</summary>
    public void RemoveAll(Vm vm)
    {
        lock (_lock)
        {
            for (int index = _nodes.Count - 1; index >= 0; index--)
            {
                if (_nodes[index].Vm == vm)
                {
                    _nodes.RemoveAt(index);
                }
            }
        }
    }

    /// <summary>The segment behind a path below /dev/vmm.io/.</summary>
    public bool TryFind(byte[] path, Credential caller, [NotNullWhen(true)] out Vm? vm, out int segmentId)
    {
        lock (_lock)
        {
            Node? found = _nodes.Find(node => VmNames.SameNode(node.Path, path) && SharesNodes(caller, node.Vm));
            vm = found?.Vm;
            segmentId = found?.SegmentId ?? 0;
            return found is not null;
        }
    }

    private bool SharesNodes(Credential caller, Vm vm) =>
        options.Quirks.ShareNodesAcrossVisibility || AccessRules.CanSee(caller, vm.Creator, options.SeeOtherUids);

    private sealed record Node(byte[] Path, Vm Vm, int SegmentId);
}
