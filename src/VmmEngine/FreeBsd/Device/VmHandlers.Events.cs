using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <content>Events that a client sends to a vCPU, and where it goes on.</content>
public unsafe partial struct VmHandlers
{
    private const int DoubleFault = 8;
    private const int ExceptionVectors = 32;
    private const ulong ProtectionEnable = 1;

    /// <summary>VM_INJECT_EXCEPTION: raises an exception at the next entry, which ends an interrupt shadow.</summary>
    /// <returns>0; EINVAL for a vector that no exception has, or the double fault's; ENXIO without a back end; EBUSY if one is pending.</returns>
    public static int InjectException(in VmCall call, Vcpu* vcpu, ref vm_exception argument)
    {
        if (argument.vector is < 0 or >= ExceptionVectors or DoubleFault)
        {
            return Errno.EINVAL;
        }

        int error = Fetch(call.Vm, vcpu, RegisterGroups.System | RegisterGroups.Events, out CpuRegisters registers);
        if (error != 0)
        {
            return error;
        }

        // Real mode pushes no error codes.
        bool hasCode = argument.error_code_valid != 0 && (registers.Cr0 & ProtectionEnable) != 0;
        error = call.Vm.Backend!.InjectException(vcpu, (byte)argument.vector, hasCode ? argument.error_code : null);
        if (error != 0)
        {
            return error;
        }

        if (registers.InterruptShadow != 0)
        {
            registers.InterruptShadow = 0;
            error = call.Vm.Backend.WriteRegisters(vcpu, RegisterGroups.Events, in registers);
        }

        if (argument.restart_instruction != 0)
        {
            call.Vm.ContextOf(vcpu).IsAtExit = false;
        }

        return error;
    }

    /// <summary>VM_INJECT_NMI: latches a non-maskable interrupt. Several at once are one.</summary>
    /// <returns>0; ENXIO without a back end.</returns>
    /// <remarks>
    /// With the relaxed locks nobody need hold the vCPU, and it may not be prepared yet. The flag keeps the interrupt until the back end has the vCPU:
    /// setting it is a full fence before the look at the back end's state, taking it (<see cref="TakeLatchedNmi"/>) one after that state
    /// is there, so one of the two sides delivers it.
    /// </remarks>
    public static int InjectNmi(in VmCall call, Vcpu* vcpu, ref vm_nmi argument)
    {
        if (call.Vm.Backend is null)
        {
            return Errno.ENXIO;
        }

        VcpuSets<ProcessorAtomics>.TryAdd(VcpuFlags.NmiLatched, vcpu);
        if (Volatile.Read(ref *(nuint*)&vcpu->Backend) != 0)
        {
            TakeLatchedNmi(call.Vm, vcpu);
        }

        VcpuLocks<ProcessorAtomics>.Post(ref call.Locks, vcpu, VcpuRequests.Event);
        return 0;
    }

    /// <summary>VM_RESTART_INSTRUCTION: the guest goes on at its RIP, that is with the last exit's instruction, instead of behind it.</summary>
    /// <returns>0; ENXIO without a back end.</returns>
    public static int RestartInstruction(in VmCall call, Vcpu* vcpu, ref int argument)
    {
        if (call.Vm.Backend is null)
        {
            return Errno.ENXIO;
        }

        call.Vm.ContextOf(vcpu).IsAtExit = false;
        return 0;
    }

    /// <summary>VM_SET_INTINFO: says which event is to be delivered at the next run, as a processor says which one it was delivering.</summary>
    /// <returns>0; ENXIO without a back end; EINVAL for reserved bits, a type that there is not, and a vector that the type cannot have.</returns>
    public static int SetEventInfo(in VmCall call, Vcpu* vcpu, ref vm_intinfo argument)
    {
        int error = Prepare(call.Vm, vcpu);
        if (error != 0)
        {
            return error;
        }

        bool isValid = (argument.info1 & vm_intinfo.VM_INTINFO_VALID) != 0;
        if (isValid && !EventInfo.TryParse(argument.info1, out _))
        {
            return Errno.EINVAL;
        }

        EventDelivery.TakeBack(call.Vm, vcpu);
        call.Vm.ContextOf(vcpu).EventToDeliver = isValid ? argument.info1 : 0;
        return 0;
    }

    /// <summary>VM_GET_INTINFO: reports that event, and the exception that is pending.</summary>
    /// <returns>0; ENXIO without a back end.</returns>
    public static int GetEventInfo(in VmCall call, Vcpu* vcpu, ref vm_intinfo argument)
    {
        int error = Prepare(call.Vm, vcpu);
        if (error != 0)
        {
            return error;
        }

        ref VcpuContext context = ref call.Vm.ContextOf(vcpu);
        ulong interrupted = EventDelivery.TakeBack(call.Vm, vcpu);
        if (interrupted != 0)
        {
            context.EventToDeliver = interrupted;
        }

        argument.info1 = context.EventToDeliver;
        argument.info2 = 0;
        if (call.Vm.Backend!.TakeEvent(vcpu, out VcpuEvent pending))
        {
            argument.info2 = EventInfo.ToWord(in pending);
            error = call.Vm.Backend.Inject(vcpu, in pending);
        }

        return error;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TakeLatchedNmi(Vm vm, Vcpu* vcpu)
    {
        if (VcpuSets<ProcessorAtomics>.TryRemove(VcpuFlags.NmiLatched, vcpu))
        {
            vm.Backend!.InjectNmi(vcpu);
        }
    }
}
