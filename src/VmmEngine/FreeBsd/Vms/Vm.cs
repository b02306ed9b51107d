using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Devices;
using VmmEngine.Locks;
using VmmEngine.Memory;

namespace VmmEngine.FreeBsd;

/// <summary>One virtual machine of a host.</summary>
/// <remarks>Its native memory lives as long as the object: every handle and caller of the VM refers to it.</remarks>
internal sealed unsafe class Vm
{
    private const uint Exists = 0;
    private const uint Gone = 1;

    private readonly VmLockMemory _locks;
    private readonly VcpuContext[] _contexts;
    private readonly byte[] _name;

    private Topology _topology = new();
    private ParkedRegisters[]? _parked;
    private int _suspendReason = vm_suspend_how.VM_SUSPEND_NONE;
    private bool _isDying;
    private uint _gone = Exists;

    /// <exception cref="BackendUnavailableException">The host has a kind of back end that does not work here.</exception>
    /// <exception cref="OutOfMemoryException">There is not enough memory for the VM.</exception>
    public Vm(ReadOnlySpan<byte> name, Credential creator, FreeBsdHost host)
    {
        _name = name.ToArray();
        Creator = creator;
        Host = host;
        _locks = new VmLockMemory(host.Options.MaxCpu);
        _contexts = new VcpuContext[host.Options.MaxCpu];
        Backend = host.Options.BackendFactory?.Create(new BackendRequest(_locks));
        if (Backend is not null)
        {
            Locks->Kick = Backend.Kick;
        }

        Devices = new VmDevices(Backend);
        Devices.Irqchip?.AllowNegativeCounts(host.Options.Quirks.AllowNegativePinCounts);
        if (Backend is not null && host.Options.HasChipset)
        {
            Devices.Map(Bus);
        }

    }

    /// <summary>The host that the VM runs on.</summary>
    public FreeBsdHost Host { get; }

    /// <summary>The name, as its creator gave it.</summary>
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>On whose behalf the VM was created: its node's owner and the one whose limit it counts against.</summary>
    public Credential Creator { get; }

    /// <summary>What executes the guest; null on a host without.</summary>
    public VmBackend? Backend { get; }

    /// <summary>The VM's memory.</summary>
    public GuestMemory Memory { get; } = new(vm_memory.VM_MAX_MEMSEGS);

    /// <summary>The devices inside the engine.</summary>
    public DeviceBus Bus { get; } = new();

    /// <summary>The chips that the interface itself knows.</summary>
    public VmDevices Devices { get; }

    /// <summary>The control descriptor that takes the VM with it when it closes. Guarded by the list of VMs.</summary>
    public ControlHandle? LinkedTo { get; set; }

    /// <summary>Somebody destroys the VM: nobody else may begin to. Guarded by the list of VMs.</summary>
    public bool IsDoomed { get; set; }

    /// <summary>The locks and the vCPUs' shared words.</summary>
    public VmLocks* Locks => _locks.Locks;

    /// <summary>Rents the lines that callers of the VM need.</summary>
    public VmLockMemory LockMemory => _locks;

    /// <summary>How the guest's vCPUs are arranged.</summary>
    public ref Topology Topology => ref _topology;

    /// <summary>A value of <see cref="vm_suspend_how"/>; none while no suspend is pending.</summary>
    public int SuspendReason => Volatile.Read(ref _suspendReason);

    /// <summary>The registers of sleeping vCPUs, by id; null until somebody has opened the VM to read them so.</summary>
    public ParkedRegisters[]? Parked => Volatile.Read(ref _parked);

    /// <summary>From now on vCPUs that fall asleep publish their registers.</summary>
    public void ParkRegisters()
    {
        ParkedRegisters[] parked = new ParkedRegisters[Locks->VcpuLimit];
        for (int id = 0; id < parked.Length; id++)
        {
            parked[id] = new ParkedRegisters();
        }

        Interlocked.CompareExchange(ref _parked, parked, null);
    }

    /// <summary>What the interface keeps of a vCPU between commands. Belongs to the vCPU's holder.</summary>
    public ref VcpuContext ContextOf(Vcpu* vcpu) => ref _contexts[vcpu->Id];

    /// <summary>Adds a vCPU to the guest.</summary>
    /// <returns>False if it is part of it already.</returns>
    /// <remarks>
    /// Adding and looking for a pending suspend is one half, <see cref="TrySuspend"/> the other: both begin with a full fence, so that
    /// a vCPU which is activated while the VM is suspended hears of it from at least one side.
    /// </remarks>
    public bool TryActivate(Vcpu* vcpu)
    {
        if (!VcpuSets<ProcessorAtomics>.TryAdd(VcpuFlags.Active, vcpu))
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

    /// <summary>
    /// Makes every thread in the guest leave it, whatever state the VM is in, so that the gate can close: also those that wait for vCPUs
    /// whose threads will never come, and those that a reset has just set free.
    /// </summary>
    /// <remarks>A suspend that is pending already does as well; its reason stays.</remarks>
    public void BeginDying()
    {
        Interlocked.Exchange(ref _isDying, true); // a full fence: see EndSuspend
        TrySuspend(vm_suspend_how.VM_SUSPEND_DESTROY);
        if (!Host.Options.Quirks.AwaitStrandedVcpus)
        {
            SuspendBarrier<ProcessorAtomics>.Release(ref *Locks);
        }
    }

    /// <summary>Forgets the suspend, as a reset does. Every vCPU is frozen, and none is active any more.</summary>
    /// <remarks>
    /// A destruction that has begun meanwhile either finds no suspend pending, because this exchange came first, and makes one; or it has said
    /// so before, and then it is this thread that suspends the VM again.
    /// </remarks>
    public void EndSuspend()
    {
        SuspendBarrier<ProcessorAtomics>.Close(ref *Locks);
        Interlocked.Exchange(ref _suspendReason, vm_suspend_how.VM_SUSPEND_NONE);
        if (Volatile.Read(ref _isDying))
        {
            BeginDying();
        }
    }

    /// <summary>Posts a request to every active vCPU.</summary>
    public void PostToActive(VcpuRequests requests)
    {
        for (uint id = 0; id < Locks->VcpuLimit; id++)
        {
            if (VcpuSets<ProcessorAtomics>.Contains(VcpuFlags.Active, Locks->Vcpus + id))
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
