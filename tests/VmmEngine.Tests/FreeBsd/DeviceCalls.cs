using System.Text;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>Device calls in the words of the tests.</summary>
internal static unsafe class DeviceCalls
{
    public const uint DestroyOnClose = vmmctl_create_flags.VMMCTL_CREATE_DESTROY_ON_CLOSE;

    public static ControlHandle OpenControl(this FreeBsdHost host, Credential? credential = null)
    {
        Assert.Equal(0, host.OpenControl(OpenMode.ReadWrite, credential ?? Credential.Superuser, out ControlHandle? handle));
        return handle!;
    }

    public static VmHandle OpenVm(
        this FreeBsdHost host,
        string name,
        Credential? credential = null,
        OpenMode mode = OpenMode.ReadWrite,
        VmOpenOptions options = VmOpenOptions.None)
    {
        Assert.Equal(0, host.OpenVm(Bytes(name), mode, credential ?? Credential.Superuser, options, out VmHandle? handle));
        return handle!;
    }

    public static int TryOpenVm(this FreeBsdHost host, string name, Credential credential, VmOpenOptions options = VmOpenOptions.None) =>
        host.OpenVm(Bytes(name), OpenMode.ReadWrite, credential, options, out _);

    public static int Create(this DeviceHandle control, string name, uint flags = 0) => control.Create(Bytes(name), flags);

    public static int Create(this DeviceHandle control, ReadOnlySpan<byte> name, uint flags = 0)
    {
        vmmctl_vm_create argument = new() { flags = flags };
        name.CopyTo(new Span<byte>(argument.name, vmm_limits.VM_MAX_NAMELEN + 1));
        return control.Ioctl(ControlCommandWords.VMMCTL_VM_CREATE, ref argument);
    }

    public static int Destroy(this DeviceHandle control, string name) => control.Destroy(Bytes(name));

    public static int Destroy(this DeviceHandle control, ReadOnlySpan<byte> name)
    {
        vmmctl_vm_destroy argument = default;
        name.CopyTo(new Span<byte>(argument.name, vmm_limits.VM_MAX_NAMELEN + 1));
        return control.Ioctl(ControlCommandWords.VMMCTL_VM_DESTROY, ref argument);
    }

    public static int Ioctl<T>(this DeviceHandle handle, uint command, ref T argument)
        where T : unmanaged
    {
        fixed (T* pointer = &argument)
        {
            return handle.Ioctl(command, pointer);
        }
    }

    public static int Ioctl<T>(this DeviceHandle handle, uint command, T argument)
        where T : unmanaged =>
        handle.Ioctl(command, ref argument);

    /// <summary>A command whose argument is one vCPU id.</summary>
    public static int Vcpu(this DeviceHandle handle, uint command, int id) => handle.Ioctl(command, new vm_activate_cpu { vcpuid = id });

    public static byte[] Bytes(string name) => Encoding.Latin1.GetBytes(name);
}
