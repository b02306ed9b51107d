using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>
/// Segments, descriptor tables, control registers and EFER of a vCPU between two runs. Clients write them one by one and in any order, so on the way from one mode to
/// another they are what no processor accepts, such as EFER.LMA without paging, and a back end refuses them.
/// </summary>
/// <remarks>
/// Values that were refused are held here, with all others of their kind, until a further write makes them whole. A vCPU that is run before that fails to enter
/// the guest. All members need the vCPU's holder.
/// </remarks>
internal static unsafe class SystemRegisters
{
    /// <summary>VM_EXIT of a failed entry, for an invalid guest state (Intel SDM volume 3, appendix C).</summary>
    private const uint InvalidGuestState = (1u << 31) | 33;

    /// <summary>Whether there are values that the back end does not know.</summary>
    public static bool AreHeld(Vm vm, Vcpu* vcpu) => vm.ContextOf(vcpu).HoldsSystem;

    /// <summary>Reads groups of registers as the client sees them.</summary>
    /// <returns>0, or the back end's error.</returns>
    public static int Read(Vm vm, Vcpu* vcpu, RegisterGroups groups, ref CpuRegisters registers)
    {
        int error = vm.Backend!.ReadRegisters(vcpu, groups, ref registers);
        ref VcpuContext context = ref vm.ContextOf(vcpu);
        if (error == 0 && context.HoldsSystem && (groups & RegisterGroups.System) != 0)
        {
            Copy(in context.Held, ref registers);
        }

        return error;
    }

    /// <summary>Writes all system registers: into the back end, or where they are held until it takes them.</summary>
    /// <returns>0, or an error of the back end that is not about values.</returns>
    public static int Write(Vm vm, Vcpu* vcpu, in CpuRegisters registers)
    {
        int error = vm.Backend!.WriteRegisters(vcpu, RegisterGroups.System, in registers);
        ref VcpuContext context = ref vm.ContextOf(vcpu);
        context.HoldsSystem = error == Errno.EINVAL;
        if (error != Errno.EINVAL)
        {
            return error;
        }

        Copy(in registers, ref context.Held);
        return 0;
    }

    /// <summary>The exit of a vCPU that cannot enter the guest with what is held.</summary>
    /// <returns>0, or the back end's error.</returns>
    public static int FailEntry(Vm vm, Vcpu* vcpu, ref vm_exit exit)
    {
        CpuRegisters registers = default;
        int error = vm.Backend!.ReadRegisters(vcpu, RegisterGroups.General, ref registers);
        exit.exitcode = vm_exitcode.VM_EXITCODE_VMX;
        exit.rip = registers.Rip;
        exit.u.vmx.exit_reason = InvalidGuestState;
        return error;
    }

    private static void Copy(in CpuRegisters from, ref CpuRegisters to)
    {
        to.Es = from.Es;
        to.Cs = from.Cs;
        to.Ss = from.Ss;
        to.Ds = from.Ds;
        to.Fs = from.Fs;
        to.Gs = from.Gs;
        to.Ldtr = from.Ldtr;
        to.Tr = from.Tr;
        to.Gdtr = from.Gdtr;
        to.Idtr = from.Idtr;
        to.Cr0 = from.Cr0;
        to.Cr2 = from.Cr2;
        to.Cr3 = from.Cr3;
        to.Cr4 = from.Cr4;
        to.Cr8 = from.Cr8;
        to.Efer = from.Efer;
        to.ApicBase = from.ApicBase;
    }
}
