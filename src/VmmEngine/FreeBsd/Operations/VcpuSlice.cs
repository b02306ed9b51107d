using System.Runtime.InteropServices;
using VmmEngine.Backends;

namespace VmmEngine.FreeBsd;

/// <summary>Argument of VM_RUN_SLICE: a run whose exit stays in the back end's own form.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct VcpuSlice
{
    /// <summary>Which vCPU.</summary>
    public int VcpuId;

    /// <summary>How to run; values of <see cref="RunFlags"/>.</summary>
    public int Flags;

    /// <summary>About how many instructions at most; 0 for no limit.</summary>
    public ulong Budget;

    /// <summary>Why it ended, a value of <see cref="RunResult"/>; output.</summary>
    public int Result;

    /// <summary>With <see cref="RunResult.Suspended"/> the value of vm_suspend_how; output.</summary>
    public int Reason;

    /// <summary>With <see cref="RunResult.Exit"/> the exit, valid until the vCPU's next run; output.</summary>
    public VcpuExit* Exit;
}
