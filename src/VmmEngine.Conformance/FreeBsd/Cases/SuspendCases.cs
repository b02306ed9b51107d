using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Section 4.6: suspending a VM.</summary>
internal static class SuspendCases
{
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm("VM_SUSPEND/no-such-reason-is-EINVAL", "4.6", "Reasons run from 1 to 5.", vm =>
        {
            foreach (int how in new[] { 0, -1, int.MinValue, 6, int.MaxValue })
            {
                vm.Expect(EINVAL, VM_SUSPEND, Int(how));
            }
        }),
        OnVm("VM_SUSPEND/pending-is-EALREADY", "4.6", "The first reason wins.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            vm.Do(VM_SUSPEND, Int(Exits.Reset));
            vm.Expect(EALREADY, VM_SUSPEND, Int(Exits.PowerOff));
            vm.RunToSuspend(Exits.Reset);
            vm.Expect(EALREADY, VM_SUSPEND, Int(Exits.PowerOff));
        }),
        OnVm("VM_SUSPEND/bad-reason-comes-before-pending-and-is-EINVAL", "4.6", "The reason is judged first.", vm =>
        {
            vm.Do(VM_SUSPEND, Int(Exits.Reset));
            vm.Expect(EINVAL, VM_SUSPEND, Int(6));
        }),
        .. new[] { Exits.Reset, Exits.PowerOff, Exits.Halt, Exits.TripleFault, Exits.Destroy }.Select(how =>
            OnVm($"VM_SUSPEND/reason-{how}-reaches-the-client", "4.6", "VM_RUN ends with the reason that somebody gave.", vm =>
            {
                vm.LoadRealMode(GuestCode.CountForever);
                vm.Do(VM_SUSPEND, Int(how));
                Exit exit = vm.RunTo(Exits.Suspended);
                Check.Equal("the reason", how, exit.Reason);
                Check.Equal("inst_length", 0, exit.Length);
                Check.Equal("rip", GuestCode.Start, exit.Rip);
            }, also: "VM_RUN")),
        OnVm("VM_SUSPEND/takes-a-running-vCPU-out", "4.6", "From any thread.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            RunningVcpu running = vm.EnterCounting();
            vm.Do(VM_SUSPEND, Int(Exits.PowerOff));
            Check.Equal("the exit code", Exits.Suspended, running.Wait().Code);
        }, also: "VM_RUN"),
        OnVm("VM_SUSPEND/takes-a-halted-vCPU-out", "4.6", "Asleep or not.", vm =>
        {
            vm.LoadRealMode(GuestCode.HaltForever);
            vm.Do(VM_SET_CAPABILITY, Capability(0, Capabilities.HaltExit, 1));
            RunningVcpu running = vm.Enter();
            vm.Do(VM_SUSPEND, Int(Exits.PowerOff));
            Check.Equal("the exit code", Exits.Suspended, running.Wait().Code);
        }, also: "VM_RUN"),
        OnVm("VM_SUSPEND/all-active-vCPUs-return-together", "4.6", "Nobody returns before the last active vCPU has come into VM_RUN.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            vm.StartRealMode(1);
            RunningVcpu first = vm.EnterCounting();
            vm.Do(VM_SUSPEND, Int(Exits.PowerOff));
            vm.Host.Scope.Await("vCPU 0 is suspended", () => vm.CpuSet(1) == 1);
            Check.That("vCPU 0's run, while vCPU 1 has not been run", !first.IsDone, "waiting", "returned");
            vm.RunToSuspend(Exits.PowerOff, 1);
            Check.Equal("vCPU 0's reason", Exits.PowerOff, first.Wait().Reason);
            Check.Equal("suspended vCPUs", 3UL, vm.CpuSet(1));
        }, also: "VM_RUN VM_GET_CPUS"),
        OnVm("VM_SUSPEND/an-inactive-vCPU-is-not-waited-for", "4.6", "Only active vCPUs count.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            vm.Get(Registers.Rip, 1);
            vm.Do(VM_SUSPEND, Int(Exits.PowerOff));
            vm.RunToSuspend(Exits.PowerOff);
        }, also: "VM_RUN"),
        OnVm("VM_SUSPEND/a-waiting-vCPU-answers-other-commands", "4.2", "Who waits for the others can be frozen all the same.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            vm.Activate(1);
            vm.Do(VM_SUSPEND, Int(Exits.PowerOff));
            vm.Enter();
            vm.Host.Scope.Await("vCPU 0 is suspended", () => vm.CpuSet(1) == 1);
            vm.Get(Registers.Rip);
            vm.Do(VM_MUNMAP_MEMSEG, Extent(0, GuestCode.MemorySize));
        }, also: "VM_RUN VM_GET_REGISTER"),
        OnVm("VM_RUN/suspended-is-EINVAL", "4.6", "Until a reset, a suspended vCPU does not run.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            vm.Do(VM_SUSPEND, Int(Exits.PowerOff));
            vm.RunToSuspend(Exits.PowerOff);
            vm.ExpectRun(EINVAL);
            vm.ExpectRun(EINVAL);
        }, also: "VM_SUSPEND"),
        OnVm("VM_RUN/triple-fault-suspends", "4.6", "A guest that cannot take an exception has ended.", vm =>
        {
            vm.LoadLongMode(0x0F, 0x0B); // ud2
            vm.Do(VM_SET_SEGMENT_DESCRIPTOR, SegmentDescriptor(0, Registers.Idtr)); // no interrupt table
            vm.RunToSuspend(Exits.TripleFault);
            vm.Expect(EALREADY, VM_SUSPEND, Int(Exits.PowerOff));
        }, also: "VM_SUSPEND"),
        OnVm("VM_RUN/halted-for-good-suspends", "4.6", "When all active vCPUs have halted with interrupts disabled, the guest has ended.", vm =>
        {
            vm.LoadRealMode(GuestCode.HaltForGood);
            vm.Do(VM_SET_CAPABILITY, Capability(0, Capabilities.HaltExit, 1));
            vm.RunToSuspend(Exits.Halt);
        }, also: "VM_SUSPEND VM_SET_CAPABILITY"),
        OnVm("VM_RUN/one-halted-vCPU-of-two-does-not-suspend", "5.5", "The halted set is compared with the active set.", vm =>
        {
            vm.LoadRealMode(GuestCode.HaltForGood);
            vm.Write(0x4000, GuestCode.CountForever);
            vm.StartRealMode(1, 0x4000);
            vm.Do(VM_SET_CAPABILITY, Capability(0, Capabilities.HaltExit, 1));
            vm.Do(VM_SET_CAPABILITY, Capability(1, Capabilities.HaltExit, 1));
            RunningVcpu halted = vm.Enter();
            RunningVcpu counting = vm.EnterCounting(1);
            vm.AwaitCounting();
            vm.Do(VM_SUSPEND, Int(Exits.PowerOff));
            Check.Equal("the halted vCPU's reason", Exits.PowerOff, halted.Wait().Reason);
            Check.Equal("the other's reason", Exits.PowerOff, counting.Wait().Reason);
        }, also: "VM_SUSPEND"),
        OnVm("VM_RUN/suspended-comes-before-debug-stopped", "4.4", "Of several reasons to stay out of the guest the suspend is looked at first.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            vm.Do(VM_SUSPEND_CPU, Int(0));
            vm.Do(VM_SUSPEND, Int(Exits.PowerOff));
            vm.RunToSuspend(Exits.PowerOff);
        }, also: "VM_SUSPEND VM_SUSPEND_CPU"),
    ];
}
