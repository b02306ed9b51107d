using System.Diagnostics;
using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>Hands an event that a client wants delivered again to the back end, before a run.</summary>
internal static unsafe class EventDelivery
{
    private const ulong ProtectionEnable = 1;

    /// <summary>Combines the event with an exception that waits in the back end, and leaves what comes of both there.</summary>
    /// <returns>0, or the back end's error. A triple fault suspends the VM, which the run then finds.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Begin(Vm vm, Vcpu* vcpu) => vm.ContextOf(vcpu).EventToDeliver == 0 ? 0 : HandOver(vm, vcpu);

    /// <summary>Lets go of an event that was handed over and that the guest has not taken, unless it is an exception.</summary>
    /// <returns>The word of the event; 0 if there is none.</returns>
    public static ulong TakeBack(Vm vm, Vcpu* vcpu)
    {
        if (!vm.Backend!.TakeEvent(vcpu, out VcpuEvent pending))
        {
            return 0;
        }

        if (pending.Kind != EventKind.Exception)
        {
            return EventInfo.ToWord(in pending);
        }

        vm.Backend.Inject(vcpu, in pending);
        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int HandOver(Vm vm, Vcpu* vcpu)
    {
        ref VcpuContext context = ref vm.ContextOf(vcpu);
        bool isEvent = EventInfo.TryParse(context.EventToDeliver, out VcpuEvent interrupted);
        Debug.Assert(isEvent, "only events are kept");
        context.EventToDeliver = 0;
        VcpuEvent what = interrupted;
        if (vm.Backend!.TakeEvent(vcpu, out VcpuEvent pending) && !EventCombination.TryCombine(in interrupted, in pending, out what))
        {
            vm.TrySuspend(vm_suspend_how.VM_SUSPEND_TRIPLEFAULT);
            return 0;
        }

        Unsafe.SkipInit(out CpuRegisters registers);
        int error = vm.Backend.ReadRegisters(vcpu, RegisterGroups.System, ref registers);
        if (error != 0)
        {
            return error;
        }

        bool pushesCodes = (registers.Cr0 & ProtectionEnable) != 0;
        return vm.Backend.Inject(vcpu, what with { HasErrorCode = what.HasErrorCode && pushesCodes });
    }
}
