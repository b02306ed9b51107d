using VmmEngine.Abi.FreeBsd;
using VmmEngine.Exploration.Scenarios;
using VmmEngine.Locks;

namespace VmmEngine.Exploration.Rows;

/// <summary>Handlers that enter what their row has taken for them, and leave it again: whoever else is inside at that moment was not kept out.</summary>
public readonly unsafe partial struct LockSetHandlers
{
    /// <summary>Takes nothing.</summary>
    public static int TakeNothing(in RowCall call) => 0;

    /// <summary>Holds one vCPU.</summary>
    public static int FreezeOne(in RowCall call, Vcpu* vcpu, ref vm_activate_cpu argument)
    {
        Observe.Enter(Resources.Vcpu(vcpu->Id));
        Observe.Leave(Resources.Vcpu(vcpu->Id));
        return 0;
    }

    /// <summary>Holds all vCPUs.</summary>
    public static int FreezeAll(in RowCall call)
    {
        EnterAllVcpus(in call);
        LeaveAllVcpus(in call);
        return 0;
    }

    /// <summary>Holds the memory map for writing and all vCPUs.</summary>
    public static int WriteMap(in RowCall call)
    {
        Observe.Enter(Resources.MemoryMap);
        EnterAllVcpus(in call);
        Observe.Leave(Resources.MemoryMap);
        LeaveAllVcpus(in call);
        return 0;
    }

    /// <summary>Holds the memory map for reading.</summary>
    public static int ReadMap(in RowCall call)
    {
        Observe.Enter(Resources.MemoryMap, HoldMode.Shared);
        Observe.Leave(Resources.MemoryMap, HoldMode.Shared);
        return 0;
    }

    /// <summary>Knows a vCPU that exists, and holds nothing.</summary>
    public static int FindOrCreate(in RowCall call, Vcpu* vcpu, ref vm_activate_cpu argument) => vcpu->Id == argument.vcpuid ? 0 : -1;

    /// <summary>Knows a vCPU or none, and holds nothing.</summary>
    public static int MaybeFind(in RowCall call, Vcpu* vcpu, ref vm_activate_cpu argument) => (vcpu == null) == (argument.vcpuid == -1) ? 0 : -1;

    /// <summary>Holds nothing.</summary>
    public static int Privileged(in RowCall call) => 0;

    /// <summary>As <see cref="FreezeAll"/>.</summary>
    public static int PrivilegedAll(in RowCall call) => FreezeAll(in call);

    /// <summary>As <see cref="WriteMap"/>.</summary>
    public static int PrivilegedMap(in RowCall call) => WriteMap(in call);

    /// <summary>Holds one vCPU and is in its guest until something is requested.</summary>
    public static int Run(in RowCall call, Vcpu* vcpu, ref vm_activate_cpu argument)
    {
        Observe.Enter(Resources.Vcpu(vcpu->Id));
        Guest<ReplayAtomics>.Run(vcpu, vcpu->Id);
        Observe.Leave(Resources.Vcpu(vcpu->Id));
        return 0;
    }

    /// <summary>Holds the memory map for reading and one vCPU.</summary>
    public static int ReadMapFreezeOne(in RowCall call, Vcpu* vcpu, ref vm_activate_cpu argument)
    {
        Observe.Enter(Resources.MemoryMap, HoldMode.Shared);
        Observe.Enter(Resources.Vcpu(vcpu->Id));
        Observe.Leave(Resources.Vcpu(vcpu->Id));
        Observe.Leave(Resources.MemoryMap, HoldMode.Shared);
        return 0;
    }

    // Ids that do not exist yet are kept from coming into being, so they count as held too.
    private static void EnterAllVcpus(in RowCall call)
    {
        for (int id = 0; id < (int)call.Locks.VcpuLimit; id++)
        {
            Observe.Enter(Resources.Vcpu(id));
        }
    }

    private static void LeaveAllVcpus(in RowCall call)
    {
        for (int id = 0; id < (int)call.Locks.VcpuLimit; id++)
        {
            Observe.Leave(Resources.Vcpu(id));
        }
    }
}
