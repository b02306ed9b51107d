using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>
/// Segments, descriptor tables, control registers and EFER of a vCPU between two runs. Clients write them one by one and in any order, so on the way from one mode to
/// another they are what no processor accepts, such as EFER.LMA without paging.
/// </summary>
/// <remarks>
/// What a back end refuses is held here, with all other registers of the kind, and so is every state with paging: KVM has been seen to take CR0.PG before CR4 and EFER and to
/// keep something of it when they came. The back end gets it when the vCPU is run; if it refuses then, the vCPU fails to enter the guest. All members
/// need the vCPU's holder.
/// </remarks>
internal static unsafe class SystemRegisters
{
    private const ulong Paging = 1UL << 31;

    /// <summary>The reason of an entry that has failed for an invalid guest state (Intel SDM volume 3, appendix C).</summary>
    private const uint InvalidGuestState = (1u << 31) | 33;

    /// <summary>Gives the back end what is held, before a run.</summary>
    /// <returns>False if it refuses: the vCPU cannot enter the guest.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryHandOver(Vm vm, Vcpu* vcpu) => !vm.ContextOf(vcpu).HoldsSystem || TryHandOverHeld(vm, vcpu);

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

    /// <summary>Writes all system registers: into the back end, or where they are held until the next run.</summary>
    /// <returns>0, or an error of the back end that is not about values.</returns>
    public static int Write(Vm vm, Vcpu* vcpu, in CpuRegisters registers)
    {
        int error = (registers.Cr0 & Paging) != 0 ? Errno.EINVAL : vm.Backend!.WriteRegisters(vcpu, RegisterGroups.System, in registers);
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
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int FailEntry(Vm vm, Vcpu* vcpu, ref vm_exit exit)
    {
        CpuRegisters registers = default;
        int error = vm.Backend!.ReadRegisters(vcpu, RegisterGroups.General, ref registers);
        exit.exitcode = vm_exitcode.VM_EXITCODE_VMX;
        exit.rip = registers.Rip;
        exit.u.vmx.exit_reason = InvalidGuestState;
        return error;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryHandOverHeld(Vm vm, Vcpu* vcpu)
    {
        ref VcpuContext context = ref vm.ContextOf(vcpu);
        context.HoldsSystem = vm.Backend!.WriteRegisters(vcpu, RegisterGroups.System, in context.Held) != 0;
        return !context.HoldsSystem;
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
