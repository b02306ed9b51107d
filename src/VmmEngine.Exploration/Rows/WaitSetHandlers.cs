using VmmEngine.Abi.OpenBsd;
using VmmEngine.Exploration.Scenarios;
using VmmEngine.Locks;

namespace VmmEngine.Exploration.Rows;

/// <summary>Handlers that enter what their row has taken for them: list, memory map, vCPUs, and the VM itself, which must not be torn down meanwhile.</summary>
public readonly unsafe partial struct WaitSetHandlers
{
    /// <summary>Holds nothing.</summary>
    public static int TakeNothing(in HostCall call) => 0;

    /// <summary>Holds the list for reading.</summary>
    public static int ReadList(in HostCall call)
    {
        Observe.Enter(Resources.VmList, HoldMode.Shared);
        Observe.Leave(Resources.VmList, HoldMode.Shared);
        return 0;
    }

    /// <summary>Holds the list for writing, and takes the VM out of it if it is there.</summary>
    public static int WriteList(in HostCall call)
    {
        Observe.Enter(Resources.VmList);
        ReplayAtomics.Write(ref call.Listed, 0);
        Observe.Leave(Resources.VmList);
        return 0;
    }

    /// <summary>Holds a reference to the VM.</summary>
    public static int FindVm(in HostTarget target, ref vm_intr_params argument)
    {
        Observe.Enter(Resources.Gate, HoldMode.Shared);
        Observe.Leave(Resources.Gate, HoldMode.Shared);
        return 0;
    }

    /// <summary>Holds a reference to the VM and knows a vCPU.</summary>
    public static int FindVcpu(in HostTarget target, Vcpu* vcpu, ref vm_intr_params argument) => FindVm(in target, ref argument);

    /// <summary>Holds one vCPU.</summary>
    public static int AwaitOne(in HostTarget target, Vcpu* vcpu, ref vm_intr_params argument)
    {
        Observe.Enter(Resources.Gate, HoldMode.Shared);
        Observe.Enter(Resources.Vcpu(vcpu->Id));
        Observe.Leave(Resources.Vcpu(vcpu->Id));
        Observe.Leave(Resources.Gate, HoldMode.Shared);
        return 0;
    }

    /// <summary>Holds the memory map for reading.</summary>
    public static int ReadMap(in HostTarget target, ref vm_intr_params argument)
    {
        Observe.Enter(Resources.Gate, HoldMode.Shared);
        Observe.Enter(Resources.MemoryMap, HoldMode.Shared);
        Observe.Leave(Resources.MemoryMap, HoldMode.Shared);
        Observe.Leave(Resources.Gate, HoldMode.Shared);
        return 0;
    }

    /// <summary>Holds the memory map for writing and all vCPUs, and knows one of them.</summary>
    public static int WriteMap(in HostTarget target, Vcpu* vcpu, ref vm_intr_params argument)
    {
        Observe.Enter(Resources.Gate, HoldMode.Shared);
        HoldEverything(in target);
        Observe.Leave(Resources.Gate, HoldMode.Shared);
        return 0;
    }

    /// <summary>Holds the memory map for writing and all vCPUs, and is alone in the VM.</summary>
    public static int TearDown(in HostTarget target)
    {
        Observe.Enter(Resources.Gate);
        HoldEverything(in target);
        Observe.Leave(Resources.Gate);
        return 0;
    }

    private static void HoldEverything(in HostTarget target)
    {
        Observe.Enter(Resources.MemoryMap);
        for (int id = 0; id < (int)target.Locks.VcpuLimit; id++)
        {
            Observe.Enter(Resources.Vcpu(id));
        }

        for (int id = 0; id < (int)target.Locks.VcpuLimit; id++)
        {
            Observe.Leave(Resources.Vcpu(id));
        }

        Observe.Leave(Resources.MemoryMap);
    }
}
