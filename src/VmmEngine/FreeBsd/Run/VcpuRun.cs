using System.Runtime.CompilerServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.RunLoop;

namespace VmmEngine.FreeBsd;

/// <summary>One run of a vCPU for a client: the loop around the back end's own, up to an exit that the client gets.</summary>
/// <remarks>
/// <para>
/// A client's view of an exit is upstream's: its instruction has not happened, RIP is its address, all registers can be read and written, and
/// the next run goes on behind it. So the back end is told to restart the instruction, which drops its own completion, and where
/// the guest goes on is kept here (<see cref="VcpuContext.NextRip"/>).
/// </para>
/// <para>The thread holds the vCPU: frozen between runs of the back end, asleep in the suspend barrier and in a halt without end.</para>
/// </remarks>
internal static unsafe class VcpuRun
{
    /// <summary>Runs an active vCPU that the back end has.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="vcpu">Frozen.</param>
    /// <param name="exit">Zeroed; the exit if the result is 0.</param>
    /// <returns>0; EFAULT or EINVAL for exits that end the command instead.</returns>
    /// <remarks>What it calls with all registers on the stack is not to become part of it: their kilobytes would be cleared at each run.</remarks>
    [SkipLocalsInit]
    public static int Run(Vm vm, Vcpu* vcpu, ref vm_exit exit)
    {
        if (!SystemRegisters.TryHandOver(vm, vcpu))
        {
            return SystemRegisters.FailEntry(vm, vcpu, ref exit);
        }

        int error = Begin(vm, vcpu);
        if (error != 0)
        {
            return error;
        }

        RunContext context = new(vm.Bus, FlagsFor(vm, vcpu), vm.Host.Options.InstructionsPerRun);
        while (true)
        {
            switch (CountedRun.Run(vm, vcpu, in context, out VcpuExit* raw))
            {
                case RunResult.Exit when raw->Reason == ExitReason.Shutdown:
                    vm.TrySuspend(vm_suspend_how.VM_SUSPEND_TRIPLEFAULT); // the next run finds it, or the suspend that was there before
                    break;

                case RunResult.Exit when raw->Reason == ExitReason.Startup:
                    int code = StartupExit.Handle(vm, vcpu, raw, ref exit);
                    if (code >= 0)
                    {
                        return Report(vm, vcpu, code, ref exit);
                    }

                    context = context with { Budget = (context.Budget + 1) / 2 }; // a guest that sends nothing else comes to its end too
                    break;

                case RunResult.Exit:
                    return ExitTranslation.Translate(vm, vcpu, raw, ref exit);

                case RunResult.Halted:
                    Halt(vm, vcpu, raw, context.Flags);
                    break;

                case RunResult.Suspended:
                    return Suspend(vm, vcpu, ref exit);

                case RunResult.DebugStopped:
                    return Report(vm, vcpu, vm_exitcode.VM_EXITCODE_DEBUG, ref exit);

                case RunResult.Idle:
                    return Report(vm, vcpu, vm_exitcode.VM_EXITCODE_REQIDLE, ref exit);

                default:
                    return Report(vm, vcpu, vm_exitcode.VM_EXITCODE_BOGUS, ref exit);
            }
        }
    }

    /// <summary>Moves RIP to where the guest goes on, and has the event delivered that a client asked for.</summary>
    /// <returns>0, or the back end's error.</returns>
    public static int Begin(Vm vm, Vcpu* vcpu)
    {
        vm.Devices.BeginRun();
        int error = GoOn(vm, vcpu);
        return error != 0 ? error : EventDelivery.Begin(vm, vcpu);
    }

    [SkipLocalsInit]
    private static int GoOn(Vm vm, Vcpu* vcpu)
    {
        ref VcpuContext context = ref vm.ContextOf(vcpu);
        if (!context.IsAtExit)
        {
            return 0;
        }

        Unsafe.SkipInit(out CpuRegisters registers);
        int error = vm.Backend!.ReadRegisters(vcpu, RegisterGroups.General, ref registers);
        if (error == 0)
        {
            registers.Rip = context.NextRip;
            error = vm.Backend.WriteRegisters(vcpu, RegisterGroups.General, in registers);
        }

        context.IsAtExit = error != 0;
        return error;
    }

    // With the capability, a halt that no interrupt can end is looked at; without it the processor just halts. A halt is slept here where somebody may want to
    // read the registers meanwhile. Task switches are the client's.
    private static RunFlags FlagsFor(Vm vm, Vcpu* vcpu)
    {
        bool haltExits = (vm.ContextOf(vcpu).Capabilities & (1u << vm_cap_type.VM_CAP_HALT_EXIT)) != 0;
        RunFlags halt = haltExits && vm.Host.Options.HaltDetection ? RunFlags.ReturnOnFinalHalt : RunFlags.None;
        RunFlags park = vm.Parked is null ? RunFlags.None : RunFlags.ReturnOnHalt;
        return halt | park | RunFlags.ReturnOnTaskSwitch;
    }

    private static void Halt(Vm vm, Vcpu* vcpu, VcpuExit* raw, RunFlags flags)
    {
        ParkedRegisters? parked = vm.Parked?[vcpu->Id];
        parked?.Publish(vm.Backend!, vcpu);
        if ((raw->Flags & ExitFlags.InterruptsDisabled) != 0 && (flags & RunFlags.ReturnOnFinalHalt) != 0)
        {
            HaltForGood(vm, vcpu);
        }
        else
        {
            VcpuSleep.Sleep(vcpu);
        }

        parked?.Withdraw();
    }

    /// <summary>HLT with interrupts disabled. When all active vCPUs have come here, the guest has ended.</summary>
    private static void HaltForGood(Vm vm, Vcpu* vcpu)
    {
        VcpuSets<ProcessorAtomics>.TryAdd(VcpuFlags.HaltedForGood, vcpu);
        if (VcpuSets<ProcessorAtomics>.ContainsAllActive(ref *vm.Locks, VcpuFlags.HaltedForGood))
        {
            vm.TrySuspend(vm_suspend_how.VM_SUSPEND_HALT);
        }

        VcpuSleep.Sleep(vcpu);
        VcpuSets<ProcessorAtomics>.TryRemove(VcpuFlags.HaltedForGood, vcpu);
    }

    private static int Suspend(Vm vm, Vcpu* vcpu, ref vm_exit exit)
    {
        if (!SuspendBarrier<ProcessorAtomics>.TryPass(ref *vm.Locks, vcpu))
        {
            return Report(vm, vcpu, vm_exitcode.VM_EXITCODE_REQIDLE, ref exit);
        }

        exit.u.suspended.how = vm.SuspendReason;
        return Report(vm, vcpu, vm_exitcode.VM_EXITCODE_SUSPENDED, ref exit);
    }

    // Between two instructions: nothing is skipped.
    [SkipLocalsInit]
    private static int Report(Vm vm, Vcpu* vcpu, int code, ref vm_exit exit)
    {
        Unsafe.SkipInit(out CpuRegisters registers);
        int error = vm.Backend!.ReadRegisters(vcpu, RegisterGroups.General, ref registers);
        exit.exitcode = code;
        exit.rip = registers.Rip;
        return error;
    }
}
