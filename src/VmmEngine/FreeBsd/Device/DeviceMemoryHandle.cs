using Microsoft.Win32.SafeHandles;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.Locks;
using VmmEngine.Memory;

namespace VmmEngine.FreeBsd;

/// <summary>An open file of <c>/dev/vmm.io/VM.SEGMENT</c>: a device-memory segment, which a process can map. It takes no commands.</summary>
public sealed unsafe class DeviceMemoryHandle : DeviceHandle
{
    private readonly Vm _vm;
    private readonly VmOpenFile _file;
    private readonly int _segmentId;
    private readonly OpenMode _mode;
    private readonly Credential _credential;

    internal DeviceMemoryHandle(Vm vm, int segmentId, OpenMode mode, Credential credential)
    {
        _vm = vm;
        _file = new VmOpenFile(mode == OpenMode.None ? Errno.EBADF : 0, isRelaxed: false);
        _segmentId = segmentId;
        _mode = mode;
        _credential = credential;
    }

    /// <summary>The engine's own descriptor of the file that <see cref="OpenMemory"/> opens; -1 if it has none any more.</summary>
    internal int MemoryDescriptor => _vm.Memory.Map.SegmentOf(_segmentId)?.File.Descriptor ?? -1;

    /// <summary>Answers ENODEV to every well-formed command: the node has none.</summary>
    /// <inheritdoc/>
    public override int Ioctl(uint command, void* argument)
    {
        int malformed = BsdIoctl.Check(command, argument);
        return malformed != 0 ? malformed : _file.IsClosed ? Errno.EBADF : Errno.ENODEV;
    }

    /// <summary>Maps a part of the segment into this process. Any thread.</summary>
    /// <param name="offset">Bytes from the start of the segment.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="protection">What this process wants to do.</param>
    /// <param name="mapping">The mapping, if the result is 0. It is the caller's, and outlives the VM.</param>
    /// <returns>
    /// 0; EBADF if the file is closed; EACCES for a protection that it is not open for; ENXIO if the VM is gone; EINVAL for Execute, for an empty or negative
    /// range, or one that ends behind the segment; ENOMEM if this process has no room.
    /// </returns>
    public int Map(long offset, ulong length, MemoryProtection protection, out HostMapping? mapping)
    {
        mapping = null;
        CallerLine* line = _vm.LockMemory.RentLine();
        VmCall call = new(_vm, line, _credential);
        int error = _file.Enter(in call);
        if (error == 0)
        {
            error = MapInside(offset, length, protection, out mapping);
            VmOpenFile.Leave(in call);
        }

        LockMemory.ReturnLine(line);
        GC.KeepAlive(this);
        return error;
    }

    /// <summary>Opens the segment's file, for a client in another process, or one that makes its own mappings. Any thread.</summary>
    /// <param name="file">The file, for reading and writing, if the result is 0. It is the caller's, and outlives the VM.</param>
    /// <returns>0; EBADF if this file is closed; ENXIO if the VM is gone; ENOMEM if the host has no descriptor left.</returns>
    public int OpenMemory(out SafeFileHandle? file)
    {
        file = null;
        CallerLine* line = _vm.LockMemory.RentLine();
        VmCall call = new(_vm, line, _credential);
        int error = _file.Enter(in call);
        if (error == 0)
        {
            file = _vm.Memory.Map.SegmentOf(_segmentId)!.File.TryReopen();
            error = file is null ? Errno.ENOMEM : 0;
            VmOpenFile.Leave(in call);
        }

        LockMemory.ReturnLine(line);
        GC.KeepAlive(this);
        return error;
    }

    /// <inheritdoc/>
    protected internal override void OnClose() => _file.Close();

    // A segment is there from before its node until the VM goes, and that waits for who is inside the gate: no lock is needed.
    private int MapInside(long offset, ulong length, MemoryProtection protection, out HostMapping? mapping)
    {
        mapping = null;
        if (!HostAccess.IsAllowed(protection, _mode))
        {
            return Errno.EACCES;
        }

        MemorySegment segment = _vm.Memory.Map.SegmentOf(_segmentId)!;
        if ((protection & MemoryProtection.Execute) != 0
            || offset < 0
            || length == 0
            || length > segment.Length
            || (ulong)offset > segment.Length - length)
        {
            return Errno.EINVAL;
        }

        mapping = segment.TryMap((ulong)offset, length, protection);
        return mapping is null ? Errno.ENOMEM : 0;
    }
}
