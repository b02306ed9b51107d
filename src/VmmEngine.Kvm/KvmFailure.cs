using System.Runtime.InteropServices;
using VmmEngine.Abi.Kvm;

namespace VmmEngine.Kvm;

/// <summary>Why KVM cannot go on, as <see cref="Backends.VcpuExit.Detail"/> has it for people to read.</summary>
/// <remarks>Bits 0 to 31: the suberror, the hardware's reason or the error number. Bits 32 to 63: KVM's exit reason; all ones for an error of KVM_RUN.</remarks>
public static class KvmFailure
{
    private const uint OfKvmRun = uint.MaxValue;

    /// <summary>In one line.</summary>
    public static string Describe(ulong detail)
    {
        uint code = (uint)detail;
        return (uint)(detail >> 32) switch
        {
            OfKvmRun => $"KVM_RUN failed: {Marshal.GetPInvokeErrorMessage((int)code)} (errno {code})",
            kvm_exit.KVM_EXIT_INTERNAL_ERROR => $"KVM gave up: {Suberror(code)} (KVM_EXIT_INTERNAL_ERROR, suberror {code})",
            kvm_exit.KVM_EXIT_FAIL_ENTRY => $"the processor refused to enter the guest (KVM_EXIT_FAIL_ENTRY, hardware reason 0x{code:X})",
            uint reason => $"KVM left the guest for a reason that the engine does not know (exit reason {reason}, code 0x{code:X})",
        };
    }

    internal static ulong OfError(int error) => Combine(OfKvmRun, (uint)error);

    internal static unsafe ulong OfExit(kvm_run* run) => Combine(run->exit_reason, run->exit_reason switch
    {
        kvm_exit.KVM_EXIT_INTERNAL_ERROR => run->u.@internal.suberror,
        kvm_exit.KVM_EXIT_FAIL_ENTRY => (uint)run->u.fail_entry.hardware_entry_failure_reason,
        kvm_exit.KVM_EXIT_UNKNOWN => (uint)run->u.hw.hardware_exit_reason,
        kvm_exit.KVM_EXIT_SYSTEM_EVENT => run->u.system_event.type,
        _ => 0,
    });

    private static ulong Combine(uint reason, uint code) => ((ulong)reason << 32) | code;

    private static string Suberror(uint code) => code switch
    {
        kvm_run_internal.KVM_INTERNAL_ERROR_EMULATION => "it cannot emulate an instruction",
        kvm_run_internal.KVM_INTERNAL_ERROR_SIMUL_EX => "two exceptions met",
        kvm_run_internal.KVM_INTERNAL_ERROR_DELIVERY_EV => "an event could not be delivered",
        kvm_run_internal.KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON => "the processor gave an unexpected exit",
        _ => "an internal error",
    };
}
