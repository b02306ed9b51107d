using VmmEngine.Devices;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>
/// One thread's own entrance to a VM's device. Entering and leaving cost no atomic operation and no allocation.
/// </summary>
/// <remarks>Used by one thread at a time; <see cref="Dispose"/> too. Ends with the handle that made it: then every answer is EBADF.</remarks>
public sealed unsafe class VmCaller : IDisposable
{
    private readonly VmCall _call;
    private VmOpenFile _file;

    internal VmCaller(Vm vm, Credential credential, VmOpenFile file)
    {
        _call = new VmCall(vm, vm.LockMemory.RentLine(), credential);
        _file = file;
    }

    /// <inheritdoc cref="DeviceHandle.Ioctl"/>
    public int Ioctl(uint command, void* argument)
    {
        int error = _file.Ioctl(in _call, command, argument);
        GC.KeepAlive(this);
        return error;
    }

    /// <summary>Gives the line back. From then on every answer is EBADF.</summary>
    public void Dispose()
    {
        if (_file != VmOpenFile.Closed)
        {
            _file = VmOpenFile.Closed;
            fixed (CallerLine* line = &_call.Line)
            {
                LockMemory.ReturnLine(line);
            }

            GC.KeepAlive(this); // the last reference to the VM, whose memory holds the line
        }
    }
}
