using System.Globalization;
using System.Text;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.Memory;

namespace VmmEngine.Machines;

/// <summary>One VM on a host of its own, behind FreeBSD's interface: what a machine issues is what any client would.</summary>
internal sealed unsafe class GuestVm : IDisposable
{
    private static int _created;

    private readonly ControlHandle _control;
    private readonly VmHandle _device;

    /// <summary>Creates the VM; it ends with this object.</summary>
    public GuestVm(BackendFactory factory, int vcpus)
    {
        FreeBsdHost host = new(new FreeBsdHostOptions { MaxCpu = (uint)vcpus, BackendFactory = factory });
        byte[] name = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"machine-{Interlocked.Increment(ref _created)}"));
        Check(host.OpenControl(OpenMode.ReadWrite, Credential.Superuser, out ControlHandle? control), "the control device cannot be opened");
        _control = control!;

        vmmctl_vm_create create = new() { flags = vmmctl_create_flags.VMMCTL_CREATE_DESTROY_ON_CLOSE };
        name.CopyTo(new Span<byte>(create.name, name.Length));
        Check(_control.Ioctl(ControlCommandWords.VMMCTL_VM_CREATE, &create), "the VM cannot be created");
        Check(host.OpenVm(name, OpenMode.ReadWrite, Credential.Superuser, VmOpenOptions.None, out VmHandle? device), "the VM cannot be opened");
        _device = device!;
    }

    /// <summary>The VM's open device.</summary>
    public VmHandle Device => _device;

    /// <summary>Adds a segment of memory and shows all of it at one address.</summary>
    public void AddMemory(int segment, ReadOnlySpan<byte> name, Gpa address, ulong length, MemoryProtection protection)
    {
        vm_memseg memory = new() { segid = segment, len = length };
        name.CopyTo(new Span<byte>(memory.name, name.Length));
        Check(_device.Ioctl(VmCommandWords.VM_ALLOC_MEMSEG, &memory), $"{length} bytes of guest memory cannot be had");
        MapMemory(segment, 0, address, length, protection);
    }

    /// <summary>Shows a part of a segment at one more address.</summary>
    public void MapMemory(int segment, ulong offset, Gpa address, ulong length, MemoryProtection protection)
    {
        vm_memmap map = new() { gpa = address.Value, segid = segment, segoff = (long)offset, len = length, prot = (int)protection };
        Check(_device.Ioctl(VmCommandWords.VM_MMAP_MEMSEG, &map), $"guest memory cannot be mapped at {address}");
    }

    /// <summary>Makes a vCPU part of the guest.</summary>
    public void Activate(int vcpu)
    {
        vm_activate_cpu activate = new() { vcpuid = vcpu };
        Check(_device.Ioctl(VmCommandWords.VM_ACTIVATE_CPU, &activate), $"vCPU {vcpu} cannot be activated");
    }

    /// <summary>Makes every vCPU leave its run, and the next ones return at once, until <see cref="Resume"/>. Any thread; waits for nothing.</summary>
    public void Pause() => CommandAll(VmCommandWords.VM_SUSPEND_CPU);

    /// <summary>Ends a <see cref="Pause"/>.</summary>
    public void Resume() => CommandAll(VmCommandWords.VM_RESUME_CPU);

    /// <inheritdoc/>
    public void Dispose()
    {
        _device.Close();
        _control.Close();
    }

    /// <summary>Turns an errno of the interface into an exception.</summary>
    public static void Check(int error, string what)
    {
        if (error != 0)
        {
            throw new MachineException($"{what} (FreeBSD errno {error})");
        }
    }

    private void CommandAll(uint command)
    {
        vm_activate_cpu all = new() { vcpuid = -1 };
        Check(_device.Ioctl(command, &all), "the vCPUs cannot be told to stop or go on");
    }
}
