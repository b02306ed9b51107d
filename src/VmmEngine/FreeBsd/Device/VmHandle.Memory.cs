using Microsoft.Win32.SafeHandles;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.Locks;
using VmmEngine.Memory;

namespace VmmEngine.FreeBsd;

/// <content>Guest memory as the contents of the file: read, write, mmap. Offsets are guest-physical addresses.</content>
public sealed unsafe partial class VmHandle
{
    /// <summary>Copies guest memory, device memory included. Holes below the end of system memory read as zeros. Any thread.</summary>
    /// <param name="offset">The first guest-physical address.</param>
    /// <param name="destination">Where to; written up to where an error was found.</param>
    /// <returns>0; EBADF if the file is closed or not open for reading; ENXIO if the VM is gone; EFAULT at or above the end of system memory.</returns>
    public int Read(long offset, Span<byte> destination)
    {
        if ((_mode & OpenMode.Read) == 0)
        {
            return Errno.EBADF;
        }

        fixed (byte* buffer = destination)
        {
            return Transfer(offset, buffer, destination.Length, isWrite: false);
        }
    }

    /// <summary>Copies into guest memory that the guest may write, device memory included. Any thread.</summary>
    /// <param name="offset">The first guest-physical address.</param>
    /// <param name="source">What; written up to where an error was found.</param>
    /// <returns>0; EBADF if the file is closed or not open for writing; ENXIO if the VM is gone; EFAULT where there is no such memory.</returns>
    public int Write(long offset, ReadOnlySpan<byte> source)
    {
        if ((_mode & OpenMode.Write) == 0)
        {
            return Errno.EBADF;
        }

        fixed (byte* buffer = source)
        {
            return Transfer(offset, buffer, source.Length, isWrite: true);
        }
    }

    /// <summary>Maps system memory into this process. Any thread.</summary>
    /// <param name="offset">The first guest-physical address.</param>
    /// <param name="length">Bytes; all of them inside one mapping.</param>
    /// <param name="protection">What this process wants to do. What the guest may do has no part in it, so a guest's ROM is written this way.</param>
    /// <param name="mapping">The mapping, if the result is 0. It is the caller's, and outlives the guest's mapping and the VM.</param>
    /// <returns>
    /// 0; EBADF if the file is closed; EACCES for a protection that it is not open for; ENXIO if the VM is gone; EINVAL for Execute, for an empty or negative
    /// range, or for device memory; ENOENT unless the whole range lies in one mapping; ENOMEM if this process has no room.
    /// </returns>
    /// <remarks>A back end that keeps decoded instructions does not see what is written this way while the guest runs.</remarks>
    public int Map(long offset, ulong length, MemoryProtection protection, out HostMapping? mapping)
    {
        mapping = null;
        CallerLine* line = Vm.LockMemory.RentLine();
        VmCall call = new(Vm, line, _credential);
        int error = _file.Enter(in call);
        if (error == 0)
        {
            error = MapInside(in call, offset, length, protection, out mapping);
            VmOpenFile.Leave(in call);
        }

        LockMemory.ReturnLine(line);
        GC.KeepAlive(this);
        return error;
    }

    /// <summary>
    /// Opens the file of the VM's system memory, whose offsets are guest-physical addresses: for a client in another process, or one that makes its own mappings. Any thread.
    /// </summary>
    /// <param name="file">The file, for reading and writing, if the result is 0. It is the caller's, and outlives the VM.</param>
    /// <returns>0; EBADF if this file is closed; ENXIO if the VM is gone; ENOMEM if the host has no descriptor left.</returns>
    /// <remarks>
    /// Memory is where it was mapped for the guest the first time; a part that is mapped a second time, or where another's bytes already were, is not found by that
    /// address. Device memory is not in it. A back end that keeps decoded instructions does not see what is written this way while the guest runs.
    /// </remarks>
    public int OpenMemory(out SafeFileHandle? file)
    {
        file = null;
        CallerLine* line = Vm.LockMemory.RentLine();
        VmCall call = new(Vm, line, _credential);
        int error = _file.Enter(in call);
        if (error == 0)
        {
            file = Vm.Memory.TryGetSystemFile()?.TryReopen();
            error = file is null ? Errno.ENOMEM : 0;
            VmOpenFile.Leave(in call);
        }

        LockMemory.ReturnLine(line);
        GC.KeepAlive(this);
        return error;
    }

    private int MapInside(in VmCall call, long offset, ulong length, MemoryProtection protection, out HostMapping? mapping)
    {
        mapping = null;
        if (!HostAccess.IsAllowed(protection, _mode))
        {
            return Errno.EACCES;
        }

        if ((protection & MemoryProtection.Execute) != 0 || offset < 0 || length == 0 || length > (ulong)(long.MaxValue - offset))
        {
            return Errno.EINVAL;
        }

        MemoryView view = new() { Address = (ulong)offset, Length = length };
        int error = VmCommands<ProcessorAtomics, VmHandlers>.FindMemory(in call, ref view);
        if (error != 0)
        {
            return error;
        }

        // Segments live as long as the VM, and that as long as somebody is inside its gate.
        MemorySegment segment = Vm.Memory.Map.SegmentOf(view.SegmentId)!;
        mapping = segment.TryMap(view.Offset, length, protection);
        return mapping is null ? Errno.ENOMEM : 0;
    }

    private int Transfer(long offset, byte* buffer, int length, bool isWrite)
    {
        CallerLine* line = Vm.LockMemory.RentLine();
        VmCall call = new(Vm, line, _credential);
        int error = _file.Enter(in call);
        if (error == 0)
        {
            MemoryTransfer transfer = new() { Address = (ulong)offset, Buffer = buffer, Length = (ulong)length };
            error = isWrite
                ? VmCommands<ProcessorAtomics, VmHandlers>.WriteMemory(in call, ref transfer)
                : VmCommands<ProcessorAtomics, VmHandlers>.ReadMemory(in call, ref transfer);
            VmOpenFile.Leave(in call);
        }

        LockMemory.ReturnLine(line);
        GC.KeepAlive(this);
        return error;
    }
}
