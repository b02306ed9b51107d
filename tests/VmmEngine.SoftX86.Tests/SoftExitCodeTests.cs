using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using VmmEngine.SoftX86;
using Xunit;

namespace VmmEngine.Tests.Client;

/// <summary>Every exit code on the software vCPU, and every capability.</summary>
public sealed class SoftExitCodeTests : ExitCodeTests
{
    protected override BackendFactory Factory => new SoftBackendFactory(new SoftOptions());

    [Theory]
    [InlineData(vm_cap_type.VM_CAP_HALT_EXIT, 0, 0, 1)]
    [InlineData(vm_cap_type.VM_CAP_MTRAP_EXIT, 0, 0, 1)]
    [InlineData(vm_cap_type.VM_CAP_PAUSE_EXIT, 0, 0, 1)]
    [InlineData(vm_cap_type.VM_CAP_UNRESTRICTED_GUEST, 0, 0, 1)]
    [InlineData(vm_cap_type.VM_CAP_ENABLE_INVPCID, Errno.ENOENT, Errno.ENOENT, 0)]
    [InlineData(vm_cap_type.VM_CAP_BPT_EXIT, 0, 0, 1)]
    [InlineData(vm_cap_type.VM_CAP_RDPID, Errno.ENOENT, Errno.ENOENT, 0)]
    [InlineData(vm_cap_type.VM_CAP_RDTSCP, Errno.ENOENT, 0, 1)]
    [InlineData(vm_cap_type.VM_CAP_IPI_EXIT, 0, 0, 1)]
    [InlineData(vm_cap_type.VM_CAP_MASK_HWINTR, 0, Errno.ENOENT, 0)]
    [InlineData(vm_cap_type.VM_CAP_RFLAGS_TF, 0, 0, 1)]
    public void EveryCapabilityIsAsTheProcessorHasIt(int capability, int setError, int getError, int value)
    {
        using ClientGuest guest = new(Factory, 0x90);
        vm_capability argument = new() { captype = capability, capval = 1 };
        Assert.Equal(setError, guest.Command(VmCommandWords.VM_SET_CAPABILITY, argument));
        argument.capval = 0;
        Assert.Equal(getError, guest.Command(VmCommandWords.VM_GET_CAPABILITY, ref argument));
        Assert.Equal(value, argument.capval);

        guest.Check(VmCommandWords.VM_SUSPEND, new vm_suspend { how = vm_suspend_how.VM_SUSPEND_RESET });
        Assert.Equal(vm_exitcode.VM_EXITCODE_SUSPENDED, guest.Run().exitcode);
        guest.Check(VmCommandWords.VM_REINIT, 0);
        bool isFixed = capability == vm_cap_type.VM_CAP_RDTSCP;
        guest.Command(VmCommandWords.VM_GET_CAPABILITY, ref argument);
        Assert.Equal(isFixed ? 1 : 0, argument.capval);
    }
}

/// <summary>The test of an exit code. This back end makes them all.</summary>
/// <param name="code">A value of vm_exitcode.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ExitCaseAttribute(int code) : FactAttribute
{
    /// <summary>A value of vm_exitcode.</summary>
    public int Code { get; } = code;
}
