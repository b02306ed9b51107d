using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>An open file of <c>/dev/vmmctl</c>. VMs created through it with DESTROY_ON_CLOSE end with it.</summary>
public sealed unsafe class ControlHandle : DeviceHandle
{
    private readonly FreeBsdHost _host;
    private readonly Credential _credential;
    private bool _isClosed;

    internal ControlHandle(FreeBsdHost host, Credential credential)
    {
        _host = host;
        _credential = credential;
    }

    /// <summary>The VMs that end with this open file. Guarded by the list of VMs.</summary>
    internal List<Vm> LinkedVms { get; } = [];

    /// <summary>
    /// True from the last close on. A creation asks while it holds the list, and the close empties <see cref="LinkedVms"/> under
    /// the list after it has set this: so no VM is linked behind its back.
    /// </summary>
    internal bool IsClosed => Volatile.Read(ref _isClosed);

    /// <inheritdoc/>
    public override int Ioctl(uint command, void* argument)
    {
        if (IsClosed)
        {
            int malformed = BsdIoctl.Check(command, argument);
            return malformed != 0 ? malformed : Errno.EBADF;
        }

        ControlCaller caller = _host.Enter(_credential, this);
        int error = ControlCommands<ProcessorAtomics, ControlHandlers>.Ioctl(new ControlCall(caller), command, argument);
        _host.Leave(caller);
        return error;
    }

    /// <summary>Destroys what is linked, whoever owns it; returns when all of it is gone.</summary>
    protected internal override void OnClose()
    {
        Volatile.Write(ref _isClosed, true);

        ControlCaller caller = _host.Enter(_credential, this);
        ControlCall call = new(caller);
        int error;
        while ((error = ControlCommands<ProcessorAtomics, ControlHandlers>.DoomLinked(in call)) != Errno.ENOENT)
        {
            VmDestruction.Join(in call, error);
        }

        _host.Leave(caller);
    }
}
