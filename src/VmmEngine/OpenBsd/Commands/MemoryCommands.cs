using VmmEngine.Abi.OpenBsd;
using VmmEngine.Abi.OpenBsd.Baseline;
using VmmEngine.Locks;
using VmmEngine.Memory;

namespace VmmEngine.OpenBsd;

/// <summary>The commands on a VM's memory.</summary>
internal static unsafe class MemoryCommands
{
    private const ulong PageMask = HostMemory.PageSize - 1;
    private const ulong LargestChange = 512UL << 30;

    // Where upstream keeps devices' addresses.
    private const ulong FirstReserved = 0xF000_0000;
    private const ulong LastReserved = 0xFFDF_FFFF;

    /// <summary>
    /// The baseline's VMM_IOC_SHAREMEM: maps the VM's memory at the client's addresses as well. A client that names other ranges than the VM's, or
    /// addresses that cannot be, gets nothing, and by upstream's way no error either.
    /// </summary>
    /// <returns>0; with <see cref="OpenBsdQuirks.ShareIgnoresErrors"/> off also EINVAL, ENOMEM.</returns>
    public static int Share(Vm vm, ref readonly vm_sharemem_params argument)
    {
        ReadOnlySpan<vm_mem_range> wanted = argument.vsp_memranges;
        int error = Matches(vm, argument.vsp_nmemranges, wanted, baseline: true) ? 0 : Errno.EINVAL;
        for (int range = 0; range < vm.Ranges.Length && error == 0; range++)
        {
            if (vm.Ranges[range].vmr_type != vm_mem_type.VM_MEM_MMIO && vm.GuestMemory?.TryGive(range, (nuint)wanted[range].vmr_va) == 0)
            {
                error = Errno.ENOMEM;
            }
        }

        return vm.Quirks.ShareIgnoresErrors ? 0 : error;
    }

    /// <summary>The newer revision's: the host chooses the addresses, which come back.</summary>
    /// <returns>0; ENOMEM, with nothing mapped; with <see cref="OpenBsdQuirks.ShareIgnoresErrors"/> off also EINVAL.</returns>
    public static int Share(Vm vm, ref Abi.OpenBsd.Newer.vm_sharemem_params argument)
    {
        bool zeroed = true;
        for (int range = 0; range < vmm_limits.VMM_MAX_MEM_RANGES; range++)
        {
            zeroed &= argument.vsp_va[range] == 0 || (ulong)range >= argument.vsp_nmemranges;
        }

        if (!zeroed || !Matches(vm, argument.vsp_nmemranges, argument.vsp_memranges, baseline: false))
        {
            return vm.Quirks.ShareIgnoresErrors ? 0 : Errno.EINVAL;
        }

        return vm.TryGiveAll(out VmAddresses addresses) ? Answer(in addresses, ref argument) : Errno.ENOMEM;
    }

    /// <summary>The baseline's VMM_IOC_MPROTECT_EPT: changes what the guest may do with a piece of its memory.</summary>
    /// <returns>0; EBUSY if the vCPU is not stopped; EINVAL; ENOMEM if the memory falls into more pieces than the back end can tell apart.</returns>
    public static int Protect(Vm vm, Vcpu* vcpu, in vm_mprotect_ept_params argument)
    {
        if (vm.ContextOf(vcpu).State != vcpu_state.VCPU_STATE_STOPPED)
        {
            return Errno.EBUSY;
        }

        ulong address = argument.vmep_sgpa;
        ulong size = argument.vmep_size;
        if (!IsProtection(argument.vmep_prot, vm.Quirks)
            || ((address | size) & PageMask) != 0
            || size is 0 or >= LargestChange
            || address + size < address
            || IsReserved(address)
            || IsReserved(address + size - 1)
            || !vm.TryFindRange(address, out _))
        {
            return Errno.EINVAL;
        }

        return vm.GuestMemory is null || vm.GuestMemory.TryProtect(address, size, (MemoryProtection)argument.vmep_prot & MemoryProtection.All) ? 0 : Errno.ENOMEM;
    }

    // Writing without reading is refused; so are writing and executing together, but by upstream's test only if a bit comes with them that means nothing.
    private static bool IsProtection(int protection, OpenBsdQuirks quirks)
    {
        const MemoryProtection writeAndExecute = MemoryProtection.Write | MemoryProtection.Execute;
        MemoryProtection known = (MemoryProtection)protection & MemoryProtection.All;
        bool hasUnknown = (MemoryProtection)protection != known;
        return known is not (MemoryProtection.None or MemoryProtection.Write) && !((hasUnknown || !quirks.AllowWritableCode) && (known & writeAndExecute) == writeAndExecute);
    }

    private static bool IsReserved(ulong address) => address is >= FirstReserved and <= LastReserved;

    private static bool Matches(Vm vm, ulong count, ReadOnlySpan<vm_mem_range> wanted, bool baseline)
    {
        if (count != (ulong)vm.Ranges.Length)
        {
            return false;
        }

        for (int range = 0; range < vm.Ranges.Length; range++)
        {
            ref readonly vm_mem_range own = ref vm.Ranges[range];
            ref readonly vm_mem_range theirs = ref wanted[range];
            if (own.vmr_type != theirs.vmr_type
                || own.vmr_gpa != theirs.vmr_gpa
                || own.vmr_size != theirs.vmr_size
                || (baseline && (theirs.vmr_va & PageMask) != 0))
            {
                return false;
            }
        }

        return true;
    }

    private static int Answer(in VmAddresses addresses, ref Abi.OpenBsd.Newer.vm_sharemem_params argument)
    {
        for (int range = 0; range < vmm_limits.VMM_MAX_MEM_RANGES; range++)
        {
            argument.vsp_va[range] = addresses[range];
        }

        return 0;
    }
}
