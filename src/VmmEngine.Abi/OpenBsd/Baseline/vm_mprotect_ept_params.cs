namespace VmmEngine.Abi.OpenBsd.Baseline;

/// <summary>Argument of VMM_IOC_MPROTECT_EPT, 32 bytes. Sheet sections 3 and 7.8; the baseline alone has it.</summary>
public struct vm_mprotect_ept_params
{
    public uint vmep_vm_id;
    public uint vmep_vcpu_id;

    /// <summary>First guest-physical address, page aligned.</summary>
    public ulong vmep_sgpa;

    /// <summary>Bytes, a multiple of the page size, not 0, below 512 GiB.</summary>
    public ulong vmep_size;

    /// <summary>Bit 0 read, 1 write, 2 execute; write alone is EINVAL.</summary>
    public int vmep_prot;
}
