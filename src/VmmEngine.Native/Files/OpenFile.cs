using VmmEngine.Devices;
using VmmEngine.FreeBsd;

namespace VmmEngine.Native.Files;

/// <summary>A device that the client has open: what all descriptors of one file stand for.</summary>
/// <remarks>
/// A file is what fstat tells apart, so that duplicates are known without anybody having seen them made. Every open of the control device and of
/// OpenBSD's device is a file of its own; all opens of one VM are the file that holds its memory.
/// </remarks>
/// <param name="handle">The open device.</param>
/// <param name="identity">Device and inode of the file.</param>
internal sealed class OpenFile(DeviceHandle handle, (ulong Device, ulong Inode) identity)
{
    /// <summary>The open device.</summary>
    public DeviceHandle Handle { get; } = handle;

    /// <summary>Device and inode of the file.</summary>
    public (ulong Device, ulong Inode) Identity { get; } = identity;

    /// <summary>True if a descriptor of this process is one of the file, beside the engine's own.</summary>
    public bool IsOpen
    {
        get
        {
            int own = Handle switch
            {
                VmHandle vm => vm.MemoryDescriptor,
                DeviceMemoryHandle segment => segment.MemoryDescriptor,
                _ => -1,
            };
            return LibC.IsFileOpen(Identity.Device, Identity.Inode, own) != 0;
        }
    }

    /// <summary>By what number <see cref="CloseWatch"/> speaks of the file; -1 for not at all.</summary>
    public int Watch { get; set; } = -1;
}
