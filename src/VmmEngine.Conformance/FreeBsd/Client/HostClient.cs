using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;

namespace VmmEngine.Conformance.FreeBsd.Client;

/// <summary>A program that uses the devices: the superuser's, unless it says otherwise.</summary>
internal sealed class HostClient : IDisposable
{
    /// <summary>VMMCTL_CREATE_DESTROY_ON_CLOSE.</summary>
    public const uint DestroyOnClose = 1;

    private readonly List<string> _lasting = [];

    public HostClient(CaseScope scope)
    {
        Scope = scope;
        Control = Open("/dev/vmmctl");
    }

    public CaseScope Scope { get; }

    /// <summary>The superuser's descriptor of the control device.</summary>
    public int Control { get; }

    /// <summary>Opens a device that must open.</summary>
    public int Open(string path, Access access = Access.ReadWrite, Caller? caller = null)
    {
        ExpectOpen(0, path, access, caller, out int descriptor);
        return descriptor;
    }

    /// <summary>Opens a device and expects an error, or success.</summary>
    public void ExpectOpen(int error, string path, Access access = Access.ReadWrite, Caller? caller = null) =>
        ExpectOpen(error, path, access, caller, out _);

    /// <summary>Executes a command.</summary>
    public int Ioctl(int descriptor, Command command, Struct? argument)
    {
        int error = Scope.System.Ioctl(descriptor, command.Word, argument?.Address ?? 0);
        GC.KeepAlive(argument);
        return error;
    }

    /// <summary>Executes a command and expects an error, or success.</summary>
    public void Expect(int error, int descriptor, Command command, Struct? argument)
    {
        int seen = Ioctl(descriptor, command, argument);
        if (seen != error)
        {
            string shown = argument is null ? "" : $" with {Convert.ToHexString(argument.Bytes[..Math.Min(argument.Size, 64)])}";
            throw new CaseFailedException($"{command}{shown}", Errors.NameOf(error), Errors.NameOf(seen));
        }
    }

    /// <summary>Executes a word that need not be a command's.</summary>
    public void ExpectWord(int error, int descriptor, uint word, nint argument)
    {
        int seen = Scope.System.Ioctl(descriptor, word, argument);
        if (seen != error)
        {
            throw new CaseFailedException($"the word 0x{word:X8}", Errors.NameOf(error), Errors.NameOf(seen));
        }
    }

    /// <summary>Executes a word that need not be a command's, with an argument.</summary>
    public void ExpectWord(int error, int descriptor, uint word, Struct argument)
    {
        ExpectWord(error, descriptor, word, argument.Address);
        GC.KeepAlive(argument);
    }

    /// <summary>VMMCTL_VM_CREATE on any control descriptor, with an expected result.</summary>
    public void Create(int error, string name, uint flags = DestroyOnClose, int? control = null)
    {
        Expect(error, control ?? Control, Commands.VMMCTL_VM_CREATE, Structs.VmName(name, flags));
        if (error == 0 && (flags & DestroyOnClose) == 0)
        {
            _lasting.Add(name);
        }
    }

    /// <summary>VMMCTL_VM_DESTROY on any control descriptor, with an expected result.</summary>
    public void Destroy(int error, string name, int? control = null) =>
        Expect(error, control ?? Control, Commands.VMMCTL_VM_DESTROY, Structs.VmName(name));

    /// <summary>Makes a VM that goes with the control descriptor, and opens it.</summary>
    public VmClient CreateVm(string name = "guest")
    {
        Create(0, name);
        return new VmClient(this, name, Open("/dev/vmm/" + name));
    }

    /// <summary>Destroys what would stay. What is open is closed with the system.</summary>
    public void Dispose()
    {
        foreach (string name in _lasting)
        {
            Ioctl(Control, Commands.VMMCTL_VM_DESTROY, Structs.VmName(name));
        }
    }

    private void ExpectOpen(int error, string path, Access access, Caller? caller, out int descriptor)
    {
        int seen = Scope.System.Open(path, access, caller ?? Caller.Superuser, out descriptor);
        if (seen != error)
        {
            throw new CaseFailedException($"opening {path}", Errors.NameOf(error), Errors.NameOf(seen));
        }
    }
}
