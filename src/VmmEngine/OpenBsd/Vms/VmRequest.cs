using VmmEngine.Abi.OpenBsd;

namespace VmmEngine.OpenBsd;

/// <summary>What a creation asks for, whichever revision's argument it came in.</summary>
internal readonly ref struct VmRequest
{
    private const ulong PageMask = 4096 - 1;

    /// <summary>The argument's whole array; <see cref="RangeCount"/> says how much of it is meant.</summary>
    public required ReadOnlySpan<vm_mem_range> Ranges { get; init; }

    /// <summary>As the client passed it: anything.</summary>
    public required ulong RangeCount { get; init; }

    /// <summary>As the client passed it: anything.</summary>
    public required ulong VcpuCount { get; init; }

    /// <summary>64 bytes, with or without a NUL.</summary>
    public required ReadOnlySpan<byte> Name { get; init; }

    /// <summary>Where the client's memory must lie; null if it brings none (the newer revision).</summary>
    public required UserAddresses? Backing { get; init; }

    /// <summary>Checks everything that can be wrong with a request by itself, in upstream's order.</summary>
    /// <param name="quirks">Decides about overlong names, unknown types, and addresses of device memory.</param>
    /// <param name="memorySize">The VM's memory in bytes, MMIO ranges left out.</param>
    /// <returns>0 or EINVAL.</returns>
    public int Check(OpenBsdQuirks quirks, out ulong memorySize)
    {
        memorySize = 0;
        if (RangeCount is 0 or > vmm_limits.VMM_MAX_MEM_RANGES)
        {
            return Errno.EINVAL;
        }

        ulong previousEnd = 0;
        foreach (vm_mem_range range in Ranges[..(int)RangeCount])
        {
            if (!IsSound(range, quirks) || range.vmr_gpa < previousEnd)
            {
                return Errno.EINVAL;
            }

            previousEnd = range.vmr_gpa + range.vmr_size;
            if (range.vmr_type != vm_mem_type.VM_MEM_MMIO)
            {
                memorySize += range.vmr_size;
            }
        }

        bool acceptable = memorySize != 0 && VcpuCount == 1 && (quirks.TruncateNames || Name.Contains((byte)0));
        return acceptable ? 0 : Errno.EINVAL;
    }

    private bool IsSound(in vm_mem_range range, OpenBsdQuirks quirks)
    {
        bool aligned = ((range.vmr_gpa | range.vmr_va | range.vmr_size) & PageMask) == 0 && range.vmr_size != 0;

        // The end of guest-physical space is bounded, not the sum of the sizes.
        bool fits = range.vmr_gpa < vmm_limits.VMM_MAX_VM_MEM_SIZE
            && range.vmr_size <= vmm_limits.VMM_MAX_VM_MEM_SIZE - range.vmr_gpa;

        bool isDevice = range.vmr_type == vm_mem_type.VM_MEM_MMIO;
        bool known = quirks.UnknownTypesAreMemory || isDevice || range.vmr_type is vm_mem_type.VM_MEM_RAM or vm_mem_type.VM_MEM_RESERVED;
        bool judged = quirks.JudgeDeviceMemoryAddresses || !isDevice;
        return aligned && fits && known && (Backing is not UserAddresses addresses || !judged || IsWithin(range, addresses));
    }

    // Upstream asks this of MMIO ranges too, and refuses a range that touches the end.
    private static bool IsWithin(in vm_mem_range range, UserAddresses addresses) =>
        range.vmr_va >= addresses.Minimum
        && range.vmr_va < addresses.Maximum
        && range.vmr_size < addresses.Maximum - range.vmr_va;
}
