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
    private const string Name = "machine";

    private readonly ControlHandle _control;

    /// <summary>Creates the VM; it ends with this object.</summary>
    public GuestVm(BackendFactory factory, int vcpus, bool hasChipset)
    {
        FreeBsdHost host = new(new FreeBsdHostOptions { MaxCpu = (uint)vcpus, BackendFactory = factory, HasChipset = hasChipset });
        byte[] name = Encoding.ASCII.GetBytes(Name);
        Check(host.OpenControl(OpenMode.ReadWrite, Credential.Superuser, out ControlHandle? control), "the control device cannot be opened");
        _control = control!;

        vmmctl_vm_create create = new() { flags = vmmctl_create_flags.VMMCTL_CREATE_DESTROY_ON_CLOSE };
        name.CopyTo(new Span<byte>(create.name, name.Length));
        int error = _control.Ioctl(ControlCommandWords.VMMCTL_VM_CREATE, &create);
        if (host.BackendFailure is { } failure)
        {
            throw new MachineException(failure.Message, failure);
        }

        Check(error, "the VM cannot be created");
        Check(host.OpenVm(name, OpenMode.ReadWrite, Credential.Superuser, VmOpenOptions.None, out VmHandle? device), "the VM cannot be opened");
        Device = device!;
    }

    /// <summary>The VM's open device.</summary>
    public VmHandle Device { get; }

    /// <summary>Turns an errno of the interface into an exception.</summary>
    /// <exception cref="ObjectDisposedException">The machine has been disposed, which closes its device.</exception>
    /// <exception cref="MachineException">Any other error.</exception>
    public static void Check(int error, string what)
    {
        ObjectDisposedException.ThrowIf(error == Errno.EBADF, typeof(Machine));
        if (error != 0)
        {
            throw new MachineException(string.Create(CultureInfo.InvariantCulture, $"{what} (FreeBSD errno {error})"));
        }
    }

    /// <summary>Adds a segment of memory: the system's without a name, a device's with one.</summary>
    public bool TryAddMemory(int segment, ReadOnlySpan<byte> name, ulong length)
    {
        vm_memseg memory = new() { segid = segment, len = length };
        name.CopyTo(new Span<byte>(memory.name, vmm_limits.VM_MAX_SUFFIXLEN + 1));
        return Device.Ioctl(VmCommandWords.VM_ALLOC_MEMSEG, &memory) == 0;
    }

    /// <summary>Shows a part of a segment to the guest.</summary>
    public bool TryMapMemory(int segment, ulong offset, Gpa address, ulong length, MemoryProtection protection)
    {
        vm_memmap map = new() { gpa = address.Value, segid = segment, segoff = (long)offset, len = length, prot = (int)protection };
        return Device.Ioctl(VmCommandWords.VM_MMAP_MEMSEG, &map) == 0;
    }

    /// <summary>Takes back what one mapping showed.</summary>
    public bool TryUnmapMemory(Gpa address, ulong length)
    {
        vm_munmap unmap = new() { gpa = address.Value, len = length };
        return Device.Ioctl(VmCommandWords.VM_MUNMAP_MEMSEG, &unmap) == 0;
    }

    /// <summary>Makes a vCPU part of the guest.</summary>
    public void Activate(int vcpu)
    {
        vm_activate_cpu activate = new() { vcpuid = vcpu };
        Check(Device.Ioctl(VmCommandWords.VM_ACTIVATE_CPU, &activate), $"vCPU {vcpu} cannot be activated");
    }

    /// <summary>Whether PAUSE comes back from the guest from now on.</summary>
    public void ExitOnPause(int vcpu, bool exits)
    {
        vm_capability capability = new() { cpuid = vcpu, captype = vm_cap_type.VM_CAP_PAUSE_EXIT, capval = exits ? 1 : 0 };
        Check(Device.Ioctl(VmCommandWords.VM_SET_CAPABILITY, &capability), $"vCPU {vcpu} cannot be told what to do at PAUSE");
    }

    /// <summary>Makes every vCPU leave its run, and the next runs return at once, until <see cref="Resume"/>. Any thread; waits for nothing.</summary>
    public void Pause() => CommandAll(VmCommandWords.VM_SUSPEND_CPU);

    /// <summary>Ends a <see cref="Pause"/>.</summary>
    public void Resume() => CommandAll(VmCommandWords.VM_RESUME_CPU);

    /// <inheritdoc/>
    public void Dispose()
    {
        Device.Close();
        _control.Close();
    }

    private void CommandAll(uint command)
    {
        vm_activate_cpu all = new() { vcpuid = -1 };
        Check(Device.Ioctl(command, &all), "the vCPUs cannot be told to stop or go on");
    }
}
