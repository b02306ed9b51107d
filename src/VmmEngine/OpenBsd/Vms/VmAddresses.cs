using System.Runtime.CompilerServices;
using VmmEngine.Abi.OpenBsd;

namespace VmmEngine.OpenBsd;

/// <summary>Where a client sees each of a VM's ranges; 0 for those that it does not see.</summary>
[InlineArray(vmm_limits.VMM_MAX_MEM_RANGES)]
internal struct VmAddresses
{
    private nuint _first;
}
