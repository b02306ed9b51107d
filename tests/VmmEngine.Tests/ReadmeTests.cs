using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Tests;

/// <summary>The README's program compiles and does what it says.</summary>
public sealed unsafe class ReadmeTests
{
    [Fact]
    public void TheProgramRuns()
    {
        // README: begin
        using DeviceTable devices = new(new FreeBsdHost());
        devices.Open("/dev/vmmctl", OpenMode.ReadWrite, Credential.Superuser, out int control);

        vmmctl_vm_create create = default;
        "guest"u8.CopyTo(new Span<byte>(create.name, 229));
        int error = devices.Ioctl(control, ControlCommandWords.VMMCTL_VM_CREATE, &create); // 0 or a FreeBSD errno

        devices.Open("/dev/vmm/guest", OpenMode.ReadWrite, Credential.Superuser, out int vm);
        vm_activate_cpu activate = new() { vcpuid = 0 };
        error = devices.Ioctl(vm, VmCommandWords.VM_ACTIVATE_CPU, &activate);
        // README: end

        Assert.Equal(0, error);
    }

    [Fact]
    public void TheProgramIsTheOneInTheReadme() => ReadmePrograms.AssertShown("VmmEngine.Tests");
}
