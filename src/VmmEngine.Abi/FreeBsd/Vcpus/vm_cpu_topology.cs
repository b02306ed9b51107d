namespace VmmEngine.Abi.FreeBsd;

/// <summary>
/// Argument of VM_GET_TOPOLOGY and VM_SET_TOPOLOGY, 8 bytes. Sheet sections 4.8 and 13. Shapes the guest's CPUID only.
/// </summary>
public struct vm_cpu_topology
{
    public ushort sockets;

    /// <summary>Per socket.</summary>
    public ushort cores;

    /// <summary>Per core.</summary>
    public ushort threads;

    /// <summary>The VM's limit of vCPU ids on get; ignored on set.</summary>
    public ushort maxcpus;
}
