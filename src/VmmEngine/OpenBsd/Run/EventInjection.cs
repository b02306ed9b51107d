using VmmEngine.Abi.OpenBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.OpenBsd;

/// <summary>The event that a run enters the guest with.</summary>
internal static unsafe class EventInjection
{
    /// <summary>Hands the client's event to the back end, in the place of one that the guest has not taken yet.</summary>
    /// <returns>False if there is nothing to enter with: none was asked for, its type is unknown, or the guest cannot take it now and it is lost.</returns>
    public static bool TryInject(Vm vm, Vcpu* vcpu, in vcpu_inject_event wanted, bool wasReady, in CpuRegisters registers)
    {
        VmBackend backend = vm.Backend!;
        if (wanted.vie_type == vcpu_inject_event.VCPU_INJECT_NMI && !vm.Quirks.IgnoreNonMaskableInterrupts)
        {
            backend.InjectNmi(vcpu);
            VcpuLocks<ProcessorAtomics>.Post(ref *vm.Memory.Locks, vcpu, VcpuRequests.Event);
            return true;
        }

        VcpuEvent? what = wanted.vie_type switch
        {
            vcpu_inject_event.VCPU_INJECT_INTR when wasReady && registers.InterruptShadow == 0 => new VcpuEvent(EventKind.External, wanted.vie_vector),
            vcpu_inject_event.VCPU_INJECT_EX => ExceptionOf(in wanted, (registers.Cr0 & ControlBits.ProtectionEnable) != 0),
            _ => null,
        };
        if (what is not { } found)
        {
            return false;
        }

        backend.TakeEvent(vcpu, out _);
        return backend.Inject(vcpu, in found) == 0;
    }

    /// <summary>The interrupt that waits for its moment within a run, where one may; null for none.</summary>
    public static VcpuEvent? HeldOf(OpenBsdQuirks quirks, in vcpu_inject_event wanted) =>
        wanted.vie_type == vcpu_inject_event.VCPU_INJECT_INTR && !quirks.DropUnreadyInterrupts ? new VcpuEvent(EventKind.External, wanted.vie_vector) : null;

    /// <summary>The moment has come.</summary>
    public static void Deliver(VmBackend backend, Vcpu* vcpu, VcpuEvent held)
    {
        backend.TakeEvent(vcpu, out _);
        backend.Inject(vcpu, in held);
    }

    // As on Intel processors. Vectors that are no exceptions of this list enter as interrupts do.
    private static VcpuEvent ExceptionOf(in vcpu_inject_event wanted, bool isProtected) => wanted.vie_vector switch
    {
        vmm_ex.VMM_EX_BP or vmm_ex.VMM_EX_OF => new VcpuEvent(EventKind.Software, wanted.vie_vector),
        vmm_ex.VMM_EX_AC => new VcpuEvent(EventKind.Exception, wanted.vie_vector, isProtected),
        vmm_ex.VMM_EX_DF or vmm_ex.VMM_EX_TS or vmm_ex.VMM_EX_NP or vmm_ex.VMM_EX_SS or vmm_ex.VMM_EX_GP or vmm_ex.VMM_EX_PF =>
            new VcpuEvent(EventKind.Exception, wanted.vie_vector, isProtected, isProtected ? wanted.vie_errorcode : 0),
        _ => new VcpuEvent(EventKind.External, wanted.vie_vector),
    };
}
