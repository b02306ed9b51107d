using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>One virtual machine of a host.</summary>
/// <remarks>Its native memory lives as long as the object: every handle and caller of the VM refers to it.</remarks>
internal sealed unsafe class Vm(byte[] name, Credential creator, FreeBsdHost host)
{
    private const uint Exists = 0;
    private const uint Gone = 1;

    private readonly VmLockMemory _memory = new(host.Options.MaxCpu);

    private AtomicCpuSet _active;
    private AtomicCpuSet _suspended;
    private Topology _topology = new();
    private int _suspendReason = vm_suspend_how.VM_SUSPEND_NONE;
    private MemoryMap _map = MemoryMap.Empty;
    private uint _gone = Exists;

    /// <summary>The host that the VM runs on.</summary>
    public FreeBsdHost Host { get; } = host;

    /// <summary>The name, as its creator gave it.</summary>
    public ReadOnlySpan<byte> Name => name;

    /// <summary>On whose behalf the VM was created: its node's owner and the one whose limit it counts against.</summary>
    public Credential Creator { get; } = creator;

    /// <summary>The control descriptor that takes the VM with it when it closes. Guarded by the list of VMs.</summary>
    public ControlHandle? LinkedTo { get; set; }

    /// <summary>Somebody destroys the VM: nobody else may begin to. Guarded by the list of VMs.</summary>
    public bool IsDoomed { get; set; }

    /// <summary>The locks and the vCPUs' shared words.</summary>
    public VmLocks* Locks => _memory.Locks;

    /// <summary>Rents the lines that callers of the VM need.</summary>
    public VmLockMemory LockMemory => _memory;

    /// <summary>The vCPUs that take part in the guest.</summary>
    public ref AtomicCpuSet Active => ref _active;

    /// <summary>The vCPUs that have noticed a suspend.</summary>
    public ref AtomicCpuSet Suspended => ref _suspended;

    /// <summary>How the guest's vCPUs are arranged.</summary>
    public ref Topology Topology => ref _topology;

    /// <summary>A value of <see cref="vm_suspend_how"/>; none while no suspend is pending.</summary>
    public int SuspendReason => Volatile.Read(ref _suspendReason);

    /// <summary>The current memory map: one reference, written only under the exclusive memory map with all vCPUs frozen.</summary>
    public MemoryMap Map
    {
        get => Volatile.Read(ref _map);
        set => Volatile.Write(ref _map, value);
    }

    /// <summary>Adds a vCPU to the guest.</summary>
    /// <returns>False if it is part of it already.</returns>
    /// <remarks>
    /// Adding and looking for a pending suspend is one half, <see cref="TrySuspend"/> the other: both begin with a full fence, so that
    /// a vCPU which is activated while the VM is suspended hears of it from at least one side.
    /// </remarks>
    public bool TryActivate(Vcpu* vcpu)
    {
        if (!_active.TryAdd(vcpu->Id))
        {
            return false;
        }

        if (SuspendReason != vm_suspend_how.VM_SUSPEND_NONE)
        {
            VcpuLocks<ProcessorAtomics>.Post(ref *Locks, vcpu, VcpuRequests.Suspend);
        }

        return true;
    }

    /// <summary>Makes every active vCPU leave the guest for a reason.</summary>
    /// <returns>False if a suspend is pending already: the first reason stays.</returns>
    public bool TrySuspend(int reason)
    {
        if (Interlocked.CompareExchange(ref _suspendReason, reason, vm_suspend_how.VM_SUSPEND_NONE) != vm_suspend_how.VM_SUSPEND_NONE)
        {
            return false;
        }

        PostToActive(VcpuRequests.Suspend);
        return true;
    }

    /// <summary>Posts a request to every active vCPU.</summary>
    public void PostToActive(VcpuRequests requests)
    {
        for (int id = 0; id < Locks->VcpuLimit; id++)
        {
            if (_active.Contains(id))
            {
                VcpuLocks<ProcessorAtomics>.Post(ref *Locks, Locks->Vcpus + id, requests);
            }
        }
    }

    /// <summary>Says that nothing of the VM is left in the host.</summary>
    public void MarkGone()
    {
        ProcessorAtomics.Write(ref _gone, Gone);
        ProcessorAtomics.Wake(ref _gone);
    }

    /// <summary>Sleeps until <see cref="MarkGone"/>.</summary>
    public void WaitUntilGone()
    {
        while (ProcessorAtomics.Read(ref _gone) == Exists)
        {
            ProcessorAtomics.Wait(ref _gone, Exists);
        }
    }
}
