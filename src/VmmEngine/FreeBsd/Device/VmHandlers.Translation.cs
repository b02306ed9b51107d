using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Paging;

namespace VmmEngine.FreeBsd;

/// <content>Walks of the guest's page tables on a client's behalf.</content>
public unsafe partial struct VmHandlers
{
    private const byte GeneralProtection = 13;
    private const byte PageFault = 14;

    /// <summary>VM_GLA2GPA: translates a linear address as an access would, with its marks in the tables and its fault raised in the guest.</summary>
    /// <returns>0, also for a fault; ENXIO without a back end; EFAULT if a table lies outside memory.</returns>
    public static int Translate(in VmCall call, Vcpu* vcpu, ref vm_gla2gpa argument)
    {
        int error = Prepare(call.Vm, vcpu);
        if (error != 0)
        {
            return error;
        }

        WalkResult result = Walk(call.Vm, ref argument, marksEntries: true);
        switch (result.Outcome)
        {
            case WalkOutcome.PageFault:
                RaisePageFault(call.Vm, vcpu, argument.gla, result.ErrorCode);
                return 0;

            case WalkOutcome.NotCanonical:
                call.Vm.Backend!.InjectException(vcpu, GeneralProtection, 0);
                return 0;

            default:
                return result.Outcome == WalkOutcome.NoMemory ? Errno.EFAULT : 0;
        }
    }

    /// <summary>VM_GLA2GPA_NOFAULT: the same without a trace in the guest.</summary>
    /// <returns>As <see cref="Translate"/>.</returns>
    public static int TranslateWithoutFault(in VmCall call, Vcpu* vcpu, ref vm_gla2gpa argument)
    {
        int error = Prepare(call.Vm, vcpu);
        return error != 0 ? error
            : Walk(call.Vm, ref argument, marksEntries: false).Outcome == WalkOutcome.NoMemory ? Errno.EFAULT
            : 0;
    }

    /// <summary>VM_GET_GPA_PMAP: the nested page-table entries that lead to a guest-physical address.</summary>
    /// <returns>0.</returns>
    public static int GetPageTableEntries(in VmCall call, ref vm_gpa_pte argument)
    {
        NestedEntries.Collect(call.Vm.Memory.Map, ref argument);
        return 0;
    }

    private static WalkResult Walk(Vm vm, ref vm_gla2gpa argument, bool marksEntries)
    {
        WalkResult result = new PageWalk(vm.Memory.Map, argument.paging, argument.prot, marksEntries).Translate(argument.gla);
        argument.fault = result.Outcome is WalkOutcome.PageFault or WalkOutcome.NotCanonical ? 1 : 0;
        argument.gpa = result.Address;
        return result;
    }

    // An exception that is pending already stays the one that is raised.
    [SkipLocalsInit]
    private static void RaisePageFault(Vm vm, Vcpu* vcpu, ulong linear, uint errorCode)
    {
        Unsafe.SkipInit(out CpuRegisters registers);
        if (vm.Backend!.InjectException(vcpu, PageFault, errorCode) == 0
            && SystemRegisters.Read(vm, vcpu, RegisterGroups.System, ref registers) == 0)
        {
            registers.Cr2 = linear;
            SystemRegisters.Write(vm, vcpu, in registers);
        }
    }
}
