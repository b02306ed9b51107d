using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>INIT and STARTUP, by which a vCPU has others started: the client starts them, and hears of it by an exit.</summary>
/// <remarks>
/// A client that takes exits for interprocessor interrupts gets both, for all their targets. Any other gets SPINUP_AP for a STARTUP that names one other
/// vCPU by its id. A vCPU that has had INIT waits for STARTUP; a second one, which guests send to be sure, finds nobody waiting.
/// </remarks>
internal static unsafe class StartupExit
{
    private const int PageShift = 12;
    private const uint MostTargets = 64;

    /// <summary>Does what is done without the client, and fills in the exit, if there is one.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="vcpu">The one that sends.</param>
    /// <param name="raw">What it sends.</param>
    /// <param name="exit">Zeroed; gets its payload.</param>
    /// <returns>The exit's code; -1: there is none, and the guest goes on.</returns>
    public static int Handle(Vm vm, Vcpu* vcpu, VcpuExit* raw, ref vm_exit exit)
    {
        ref VcpuContext context = ref vm.ContextOf(vcpu);
        bool wantsAll = (context.Capabilities & (1u << vm_cap_type.VM_CAP_IPI_EXIT)) != 0;
        bool namesOneOther = (raw->Flags & ExitFlags.SingleTarget) != 0 && (raw->Address >> vcpu->Id & 1) == 0;
        if (!wantsAll && !namesOneOther)
        {
            return -1;
        }

        bool isInit = raw->Detail == vm_exit_ipi.APIC_DELMODE_INIT;
        ulong targets = isInit ? Initialize(vm, raw->Address) : TakeWaiting(vm, raw->Address);
        if (targets == 0 || (isInit && !wantsAll))
        {
            return -1;
        }

        if (!wantsAll)
        {
            exit.u.spinup_ap.vcpu = (int)ulong.TrailingZeroCount(targets);
            exit.u.spinup_ap.rip = raw->Data << PageShift;
            return vm_exitcode.VM_EXITCODE_SPINUP_AP;
        }

        exit.u.ipi.mode = (uint)raw->Detail;
        exit.u.ipi.vector = (byte)raw->Data;
        context.Destinations = targets;
        return vm_exitcode.VM_EXITCODE_IPI;
    }

    private static ulong Initialize(Vm vm, ulong targets)
    {
        ulong found = 0;
        for (uint id = 0; id < Math.Min(vm.Locks->VcpuLimit, MostTargets); id++)
        {
            Vcpu* target = vm.Locks->Vcpus + id;
            if ((targets >> (int)id & 1) == 0)
            {
                continue;
            }

            if (VcpuSets<ProcessorAtomics>.Contains(VcpuFlags.Active, target))
            {
                vm.Devices.Irqchip?.InitializeApic((int)id);
            }

            VcpuSets<ProcessorAtomics>.TryAdd(VcpuFlags.AwaitingStartup, target);
            found |= 1ul << (int)id;
        }

        return found;
    }

    // Each is given to one sender.
    private static ulong TakeWaiting(Vm vm, ulong targets)
    {
        ulong taken = 0;
        for (uint id = 0; id < Math.Min(vm.Locks->VcpuLimit, MostTargets); id++)
        {
            bool isMeant = (targets >> (int)id & 1) != 0;
            if (isMeant && VcpuSets<ProcessorAtomics>.TryRemove(VcpuFlags.AwaitingStartup, vm.Locks->Vcpus + id))
            {
                taken |= 1ul << (int)id;
            }
        }

        return taken;
    }
}
