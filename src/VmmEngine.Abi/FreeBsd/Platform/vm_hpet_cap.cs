namespace VmmEngine.Abi.FreeBsd;

/// <summary>Argument of VM_GET_HPET_CAPABILITIES, 4 bytes. Sheet section 9.</summary>
public struct vm_hpet_cap
{
    /// <summary>Low half of the HPET's capability register.</summary>
    public uint capabilities;
}
