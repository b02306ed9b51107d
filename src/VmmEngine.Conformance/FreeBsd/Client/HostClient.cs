using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Interface;

namespace VmmEngine.Conformance.FreeBsd.Client;

/// <summary>A program that uses the devices: the superuser's, unless it says otherwise.</summary>
internal sealed class HostClient : DeviceClient, IDisposable
{
    /// <summary>VMMCTL_CREATE_DESTROY_ON_CLOSE.</summary>
    public const uint DestroyOnClose = 1;

    private readonly List<string> _lasting = [];

    public HostClient(CaseScope scope)
        : base(scope) => Control = Open("/dev/vmmctl");

    /// <summary>The superuser's descriptor of the control device.</summary>
    public int Control { get; }

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
}
