using System.Runtime.InteropServices;

namespace VmmEngine.Locks;

/// <summary>The locks of one device host, in native memory. Order: gate, list of VMs, then the locks of one VM.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct HostLocks
{
    /// <summary>Held for reading by every caller inside the control device; taken by suspend, released by resume.</summary>
    public SlotLock Gate;

    /// <summary>The list of VMs.</summary>
    public SlotLock VmList;

    /// <summary>The callers' lines.</summary>
    public CallerLines Lines;

    /// <summary>Prepares memory that will not move.</summary>
    public static void Initialize(HostLocks* locks)
    {
        *locks = default;
        locks->Gate.Initialize(&locks->Lines, CallerLine.GateOffset);
        locks->VmList.Initialize(&locks->Lines, CallerLine.VmListOffset);
    }
}
