using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using VmmEngine.Kvm;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Tests.Client;

/// <summary>Every exit code on KVM.</summary>
public sealed class KvmExitCodeTests : ExitCodeTests
{
    internal static BackendFactory KvmFactory { get; } = new KvmBackendFactory(new KvmOptions { KernelIrqchip = false });

    protected override BackendFactory Factory => KvmFactory;

    [BackendFact]
    public void PauseExitsAreRefusedAndNotJustLeftOut()
    {
        using ClientGuest guest = new(Factory, 0x90);
        vm_capability pause = new() { captype = vm_cap_type.VM_CAP_PAUSE_EXIT, capval = 1 };
        Assert.Equal(Errno.ENOENT, guest.Command(VmCommandWords.VM_SET_CAPABILITY, pause));
    }
}

/// <summary>The test of an exit code, skipped where KVM cannot make it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ExitCaseAttribute : FactAttribute
{
    private static readonly string? BreakpointProblem = KvmAvailability.Problem is null ? ProbeBreakpoint() : null;

    /// <param name="code">A value of vm_exitcode.</param>
    public ExitCaseAttribute(int code)
    {
        Code = code;
        Skip = KvmAvailability.Problem ?? code switch
        {
            vm_exitcode.VM_EXITCODE_BOGUS => "KVM counts no instructions.",
            vm_exitcode.VM_EXITCODE_PAUSE => "KVM has no exit for PAUSE.",
            vm_exitcode.VM_EXITCODE_TASK_SWITCH => "KVM carries task switches out itself.",
            vm_exitcode.VM_EXITCODE_BPT => BreakpointProblem,
            _ => null,
        };
    }

    /// <summary>A value of vm_exitcode.</summary>
    public int Code { get; }

    private static string? ProbeBreakpoint()
    {
        using ClientGuest guest = ClientModes.Protected(KvmExitCodeTests.KvmFactory, c => c.int3());
        guest.Enable(vm_cap_type.VM_CAP_BPT_EXIT);
        return guest.Run().exitcode == vm_exitcode.VM_EXITCODE_BPT
            ? null
            : "This host's KVM emulates its guests, and gives them their INT3 whatever a debugger wants.";
    }
}
