using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>An open file of <c>/dev/vmm/NAME</c>. It keeps the VM's memory, not the VM: a destroyed VM's handle answers ENXIO.</summary>
public sealed unsafe partial class VmHandle : DeviceHandle
{
    private readonly Credential _credential;
    private readonly VmOpenFile _file;
    private readonly OpenMode _mode;
    private readonly bool _destroysOnClose;

    internal VmHandle(Vm vm, OpenMode mode, Credential credential, VmOpenOptions options)
    {
        Vm = vm;
        _mode = mode;
        _credential = credential;
        _file = new VmOpenFile(RefusalFor(mode, vm.Host.Options.Quirks), (options & VmOpenOptions.Relaxed) != 0);
        if ((options & VmOpenOptions.Relaxed) != 0)
        {
            vm.ParkRegisters();
        }

        _destroysOnClose = (options & VmOpenOptions.DestroyOnClose) != 0;
    }

    /// <summary>The VM.</summary>
    internal Vm Vm { get; }

    /// <summary>The engine's own descriptor of the file that <see cref="OpenMemory"/> opens; -1 if it has none, or none any more.</summary>
    internal int MemoryDescriptor => Vm.Memory.SystemDescriptor;

    /// <summary>The open file itself.</summary>
    internal VmOpenFile File => _file;

    /// <summary>
    /// A fast way in for one thread at a time: it keeps what <see cref="Ioctl"/> rents for every command. Dispose it, or the VM keeps
    /// its line until the VM itself is collected.
    /// </summary>
    public VmCaller CreateCaller() => new(Vm, _credential, _file);

    /// <inheritdoc/>
    public override int Ioctl(uint command, void* argument)
    {
        CallerLine* line = Vm.LockMemory.RentLine();
        int error = _file.Ioctl(new VmCall(Vm, line, _credential), command, argument);
        LockMemory.ReturnLine(line);
        GC.KeepAlive(this);
        return error;
    }

    /// <summary>Closes the open file for its callers too; destroys the VM if its life was tied to this open file.</summary>
    protected internal override void OnClose()
    {
        _file.Close();
        if (!_destroysOnClose)
        {
            return;
        }

        ControlCaller caller = Vm.Host.Enter(_credential, handle: null);
        caller.Vm = Vm;
        ControlCall call = new(caller);
        VmDestruction.Join(in call, ControlCommands<ProcessorAtomics, ControlHandlers>.DoomTied(in call));
        Vm.Host.Leave(caller);
    }

    private static int RefusalFor(OpenMode mode, FreeBsdQuirks quirks) => mode switch
    {
        OpenMode.None => Errno.EBADF,
        OpenMode.Read when !quirks.IgnoreOpenMode => Errno.EPERM,
        _ => 0,
    };
}
