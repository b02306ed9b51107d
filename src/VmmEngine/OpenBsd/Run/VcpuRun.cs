using System.Runtime.CompilerServices;
using VmmEngine.Abi.OpenBsd;
using VmmEngine.Backends;
using VmmEngine.Devices;
using VmmEngine.Locks;
using VmmEngine.RunLoop;

namespace VmmEngine.OpenBsd;

/// <summary>VMM_IOC_RUN: a run of a vCPU up to an exit that the client has to help with.</summary>
/// <remarks>
/// The thread holds the vCPU for all of it. At an exit the guest stands at the beginning of the instruction, except behind HLT; the client's answer moves it on.
/// A run ends without an exit to help with when its slice is over, or as soon as another command waits for the vCPU: so a guest in an endless loop keeps
/// nobody out.
/// </remarks>
internal static unsafe class VcpuRun
{
    /// <summary>
    /// About how many instructions a vCPU executes at once before the call returns with nothing to help with, as upstream's does when the scheduler
    /// wants the processor. A slice of the host's time where the back end counts none.
    /// </summary>
    private const ulong Slice = 50_000_000;

    private const int Rax = 0;
    private const int Unfinished = -1;

    /// <summary>Runs a vCPU.</summary>
    /// <returns>0; EIO on a host without a back end; EBUSY if it is not stopped; EFAULT; EIO, EINVAL, ENOMEM if it cannot go on: then it is terminated.</returns>
    public static int Run(Vm vm, Vcpu* vcpu, in RunRequest request, out RunAnswer answer)
    {
        answer = default;
        if (vm.Backend is null)
        {
            return Errno.EIO;
        }

        VcpuContext context = vm.ContextOf(vcpu);
        if (!context.TryBeginRun())
        {
            return Errno.EBUSY;
        }

        if (request.Answers && !TryCopyIn(request.Exit, context))
        {
            if (!vm.Quirks.BadAnswerLeavesRunning)
            {
                context.EndRun(terminated: false);
            }

            return Errno.EFAULT;
        }

        if (!vm.Quirks.LoseExitOnBadPointer && !TryCopyOut(context, request.Exit))
        {
            context.EndRun(terminated: false);
            return Errno.EFAULT;
        }

        context.BeginWish(request.InterruptPending, finds: !vm.Quirks.RunForgetsInterrupt);
        int error = vm.Backend.Prepare(vcpu);
        if (error == 0)
        {
            ThreadSignals.Begin(vcpu);
            error = Execute(vm, vcpu, context, in request, out answer);
            ThreadSignals.End(vcpu);
        }

        context.EndRun(terminated: error != 0);
        return error != 0 ? error
            : TryCopyOut(context, request.Exit) ? 0
            : Errno.EFAULT;
    }

    [SkipLocalsInit]
    private static int Execute(Vm vm, Vcpu* vcpu, VcpuContext context, in RunRequest request, out RunAnswer answer)
    {
        answer = default;
        VmBackend backend = vm.Backend!;
        Unsafe.SkipInit(out CpuRegisters registers);
        int error = backend.ReadRegisters(vcpu, RegisterState.Reported, ref registers);
        if (error == 0 && request.Answers)
        {
            error = TakeAnswer(backend, vcpu, context, ref registers);
        }

        if (error != 0)
        {
            return Errno.EINVAL;
        }

        if (!vm.Quirks.ShowOldExitBytes)
        {
            context.Exit = default;
        }

        bool enters = EventInjection.TryInject(vm, vcpu, request.Event, context.InterruptReady, in registers);
        VcpuEvent? held = enters ? null : EventInjection.HeldOf(vm.Quirks, request.Event);
        bool canReturn = !enters && held is null && registers.InterruptShadow == 0 && (registers.Rflags & ControlBits.InterruptsEnabled) != 0;
        if (context.InterruptWanted && canReturn)
        {
            // As if a host interrupt came with the entry.
            return Leave(context, vm_exit_reason.VMX_EXIT_EXTINT, isReady: true, ref registers, out answer);
        }

        ushort reason;
        bool isReady = false;
        ulong budget = Slice;
        do
        {
            reason = vm_exit_reason.VM_EXIT_NONE;
            error = backend.Control(vcpu, context.InterruptWanted || held is not null ? ExitControls.InterruptWindow : ExitControls.None);
            error = error != 0 ? Errno.EINVAL : Round(vm, vcpu, context, budget, ref registers, ref reason, ref isReady);
            if (error == 0 && reason == vm_exit_reason.VMX_EXIT_INT_WINDOW && held is { } waiting)
            {
                EventInjection.Deliver(backend, vcpu, waiting);
                held = null;
                error = Unfinished;
            }

            // Half of it each time: a guest that does nothing but what is handled here ends its slice too.
            budget = (budget + 1) / 2;
        }
        while (error == Unfinished);

        return error != 0 ? error : Leave(context, reason, isReady, ref registers, out answer);
    }

    /// <summary>What of the client's structure counts, the last exit decides: not what the structure says of itself.</summary>
    private static int TakeAnswer(VmBackend backend, Vcpu* vcpu, VcpuContext context, ref CpuRegisters registers)
    {
        ref vm_exit exit = ref context.Exit;
        ushort last = context.LastReason;
        if (last == vm_exit_reason.VMX_EXIT_IO)
        {
            if (exit.u.vei.vei_dir == vm_exit_inout.VEI_DIR_IN)
            {
                registers.General[Rax] = exit.u.vei.vei_data;
            }

            registers.Rip = exit.vrs.vrs_gprs[vcpu_regs.VCPU_REGS_RIP];
        }
        else if (last == vm_exit_reason.VMX_EXIT_EPT_VIOLATION)
        {
            RegisterState.WriteGeneral(in exit.vrs, ref registers);
        }

        exit = default;
        return last is vm_exit_reason.VMX_EXIT_IO or vm_exit_reason.VMX_EXIT_EPT_VIOLATION
            ? backend.WriteRegisters(vcpu, RegisterGroups.General, in registers)
            : 0;
    }

    /// <summary>One stay of the back end. <see cref="Unfinished"/>: handled here, go on.</summary>
    private static int Round(Vm vm, Vcpu* vcpu, VcpuContext context, ulong budget, ref CpuRegisters registers, ref ushort reason, ref bool isReady)
    {
        PvClock.Renew(vm, vcpu);
        RunContext run = new(vm.Bus, RunFlags.ReturnOnHalt, budget);
        RunResult result = vm.Backend!.Run(vcpu, in run, out VcpuExit* raw);
        if (result == RunResult.Exit && raw->Reason is ExitReason.MsrRead or ExitReason.MsrWrite)
        {
            AnswerMsr(vm, context, raw);
            return Unfinished;
        }

        bool atInstruction = result == RunResult.Exit
            && raw->Reason is ExitReason.PortIn or ExitReason.PortOut or ExitReason.MmioRead or ExitReason.MmioWrite or ExitReason.MemoryFault;
        if (atInstruction)
        {
            vm.Backend.Restart(vcpu);
        }

        if (vm.Backend.ReadRegisters(vcpu, RegisterState.Reported, ref registers) != 0)
        {
            return Errno.EINVAL;
        }

        // Who was interrupted may not have come to take the event that it entered with.
        isReady = (registers.Rflags & ControlBits.InterruptsEnabled) != 0
            && !(result is RunResult.Idle or RunResult.Bogus && HasEvent(vm.Backend, vcpu));
        switch (result)
        {
            case RunResult.Exit:
                return Help(vm, raw, ref registers, context, ref reason);

            case RunResult.Halted when isReady:
                vm.Backend.EndHalt(vcpu);
                reason = vm_exit_reason.VMX_EXIT_HLT;
                return 0;

            case RunResult.Halted:
                return Errno.EIO;

            case RunResult.Idle when context.InterruptWanted && isReady:
                reason = vm_exit_reason.VMX_EXIT_EXTINT;
                return 0;

            case RunResult.Idle when !vm.IsEnding && !VcpuLocks<ProcessorAtomics>.HasEjector(vcpu):
                return Unfinished; // a wish for an interrupt that is withdrawn already, or has to wait for the window

            default:
                return 0;
        }
    }

    private static bool HasEvent(VmBackend backend, Vcpu* vcpu)
    {
        bool found = backend.TakeEvent(vcpu, out VcpuEvent pending);
        if (found)
        {
            backend.Inject(vcpu, in pending);
        }

        return found;
    }

    // An unknown register reads with #GP and swallows what is written.
    private static void AnswerMsr(Vm vm, VcpuContext context, VcpuExit* raw)
    {
        bool refused = raw->Reason == ExitReason.MsrRead || (raw->Detail == PvClock.Msr && !context.Clock.TrySet(vm, raw->Data));
        raw->Flags = refused ? raw->Flags | ExitFlags.Refused : raw->Flags & ~ExitFlags.Refused;
    }

    private static int Help(Vm vm, VcpuExit* raw, ref CpuRegisters registers, VcpuContext context, ref ushort reason)
    {
        switch (raw->Reason)
        {
            case ExitReason.PortIn or ExitReason.PortOut:
                ExitReport.FillPort(vm, raw, ref registers, ref context.Exit);
                reason = vm_exit_reason.VMX_EXIT_IO;
                return 0;

            case ExitReason.MmioRead or ExitReason.MmioWrite or ExitReason.MemoryFault:
                if (!vm.TryFindRange(raw->Address, out vm_mem_range range))
                {
                    return Errno.EINVAL;
                }

                bool assists = range.vmr_type == vm_mem_type.VM_MEM_MMIO;
                byte kind = assists ? vm_exit_eptviolation.VEE_FAULT_MMIO_ASSIST : vm_exit_eptviolation.VEE_FAULT_PROTECT;
                ExitReport.FillAccess(vm, kind, in registers, ref context.Exit);
                reason = vm_exit_reason.VMX_EXIT_EPT_VIOLATION;
                return 0;

            case ExitReason.InterruptWindow:
                reason = vm_exit_reason.VMX_EXIT_INT_WINDOW;
                return 0;

            case ExitReason.Shutdown:
                reason = vm_exit_reason.VMX_EXIT_TRIPLE_FAULT;
                return 0;

            default:
                return Errno.EINVAL;
        }
    }

    private static int Leave(VcpuContext context, ushort reason, bool isReady, ref CpuRegisters registers, out RunAnswer answer)
    {
        context.LastReason = reason;
        context.InterruptReady = isReady;
        ExitReport.FillRegisters(ref registers, in context.Stored, ref context.Exit);
        answer = new RunAnswer(reason, context.InterruptReady ? (byte)1 : (byte)0);
        return 0;
    }

    private static bool TryCopyIn(vm_exit* client, VcpuContext context)
    {
        fixed (vm_exit* own = &context.Exit)
        {
            return UserMemory.TryCopyIn(client, own, (nuint)sizeof(vm_exit));
        }
    }

    private static bool TryCopyOut(VcpuContext context, vm_exit* client)
    {
        fixed (vm_exit* own = &context.Exit)
        {
            return UserMemory.TryCopyOut(own, client, (nuint)sizeof(vm_exit));
        }
    }
}
