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
    public void AGuestThatHaltsForGoodIsNoticedThoughTheKernelKeepsItsHalts()
    {
        using ClientGuest guest = new(new KvmBackendFactory(), 0xFA, 0xF4); // cli; hlt
        guest.Enable(vm_cap_type.VM_CAP_HALT_EXIT);
        vm_exit exit = guest.Run();
        Assert.Equal((vm_exitcode.VM_EXITCODE_SUSPENDED, vm_suspend_how.VM_SUSPEND_HALT), (exit.exitcode, exit.u.suspended.how));
    }

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
            vm_exitcode.VM_EXITCODE_SPINUP_AP or vm_exitcode.VM_EXITCODE_IPI => "KVM has no local APICs outside the kernel, and those in the kernel start processors themselves.",
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
        using ClientGuest guest = new(KvmExitCodeTests.KvmFactory, 0x90);
        vm_capability capability = new() { captype = vm_cap_type.VM_CAP_BPT_EXIT, capval = 1 };
        return guest.Command(VmCommandWords.VM_SET_CAPABILITY, capability) == 0
            ? null
            : "This host's KVM emulates its guests, and gives them their INT3 whatever a debugger wants.";
    }
}
