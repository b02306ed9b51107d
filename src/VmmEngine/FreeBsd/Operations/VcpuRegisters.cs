using System.Runtime.InteropServices;
using VmmEngine.Backends;

namespace VmmEngine.FreeBsd;

/// <summary>Argument of VM_READ_REGISTERS and VM_WRITE_REGISTERS: registers in bulk.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct VcpuRegisters
{
    /// <summary>Which vCPU.</summary>
    public int VcpuId;

    /// <summary>Which parts; values of <see cref="RegisterGroups"/>.</summary>
    public int Groups;

    /// <summary>Where they are. It is there: the caller has pinned it.</summary>
    public CpuRegisters* Registers;
}
