using System.Runtime.CompilerServices;

namespace VmmEngine.Abi.OpenBsd;

/// <summary>A segment register with its hidden part, 24 bytes. Sheet section 3.</summary>
public struct vcpu_segment_info
{
    public ushort vsi_sel;

    /// <summary>Offset of the last byte, in bytes.</summary>
    public uint vsi_limit;

    /// <summary>Access rights in the format of VMX.</summary>
    public uint vsi_ar;

    public ulong vsi_base;
}

/// <summary>The eight segment registers of a vCPU, 192 bytes.</summary>
[InlineArray(vcpu_regs.VCPU_REGS_NSREGS)]
public struct vcpu_segment_infos
{
    private vcpu_segment_info _first;
}
