using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Section 3.5: what precedes every handler, for all commands that have it.</summary>
internal static class DispatcherCases
{
    private static readonly Command[] ById = [.. OfVm.Where(command => command.Before.HasFlag(Before.OneVcpu))];
    private static readonly Command[] ByIdOrNone = [.. OfVm.Where(command => command.Before.HasFlag(Before.MaybeVcpu))];

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. ById.Select(command => OnVm($"{command.Name}/no-such-vCPU-is-EINVAL", "3.5", "The id is looked at before anything else of the argument.", vm =>
        {
            foreach (int id in new[] { -1, -2, int.MinValue, vm.MaxVcpus, int.MaxValue })
            {
                vm.Expect(EINVAL, command, new Struct(command.Size).I32(0, id));
            }
        })),
        .. ByIdOrNone.Select(command => OnVm($"{command.Name}/no-such-vCPU-is-EINVAL", "3.5", "Only -1 stands for no vCPU.", vm =>
        {
            foreach (int id in new[] { -2, int.MinValue, vm.MaxVcpus, int.MaxValue })
            {
                vm.Expect(EINVAL, command, new Struct(command.Size).I32(0, id));
            }
        })),
        OnVm("vCPUs/any-id-makes-one", "3.5", "A vCPU exists from its first mention, in whatever order, and is not active by that.", vm =>
        {
            vm.Get(Registers.Rip, vm.MaxVcpus - 1);
            vm.Set(Registers.Rax, 5, 1);
            Check.Equal("RAX of vCPU 1", 5UL, vm.Get(Registers.Rax, 1));
            Check.Equal("active vCPUs", 0UL, vm.CpuSet(0));
        }, also: "VM_GET_REGISTER VM_SET_REGISTER"),
        OnVm("vCPUs/topology-does-not-limit-ids", "4.8", "The topology is for CPUID.", vm =>
        {
            vm.Do(VM_SET_TOPOLOGY, Topology(1, 1, 1));
            vm.Activate(vm.MaxVcpus - 1);
        }, also: "VM_SET_TOPOLOGY VM_ACTIVATE_CPU"),
        .. OfVm.Where(command => command.Before.HasFlag(Before.OneVcpu) && command != VM_RUN && command != VM_RUN_13).Select(command =>
            OnVm($"{command.Name}/throws-the-vCPU-out", "4.2", "A running vCPU leaves the guest with REQIDLE for a command that freezes it.", vm =>
            {
                vm.LoadRealMode(GuestCode.CountForever);
                RunningVcpu running = vm.EnterCounting();
                vm.Ioctl(command, new Struct(command.Size));
                vm.Host.Scope.Await("the runner has seen REQIDLE", () => running.ReqIdleExits > 0 || running.IsDone);
                Check.That("the runner", running.ReqIdleExits > 0, "REQIDLE", "another end");
                End(vm, running);
            }, also: "VM_RUN")),
        .. OfVm.Where(command => command.Before.HasFlag(Before.AllVcpus) && !command.Before.HasFlag(Before.Passthrough)).Select(command =>
            OnVm($"{command.Name}/throws-all-vCPUs-out", "4.3", "Running vCPUs leave the guest with REQIDLE for a command that freezes all.", vm =>
            {
                vm.LoadRealMode(GuestCode.CountForever);
                RunningVcpu running = vm.EnterCounting();
                vm.Ioctl(command, command.Size == 0 ? null : new Struct(command.Size));
                vm.Host.Scope.Await("the runner has seen REQIDLE", () => running.ReqIdleExits > 0 || running.IsDone);
                Check.That("the runner", running.ReqIdleExits > 0, "REQIDLE", "another end");
                End(vm, running);
            }, also: "VM_RUN")),
        OnVm("vCPUs/commands-without-locks-leave-the-guest-alone", "3.2", "Only commands that freeze vCPUs interrupt them.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            RunningVcpu running = vm.EnterCounting();
            int before = running.ReqIdleExits;
            for (int i = 0; i < 100; i++)
            {
                vm.CpuSet(0);
                vm.Do(VM_GET_TOPOLOGY, new Struct(8));
                vm.Do(VM_GET_MEMSEG, Segment(0, 0));
                vm.Do(VM_MMAP_GETNEXT, Mapping(0, 0, 0));
            }

            vm.AwaitCounting(); // whoever was thrown out has noticed and is back
            Check.Equal("REQIDLE exits meanwhile", 0, running.ReqIdleExits - before);
            End(vm, running);
        }, also: "VM_GET_CPUS VM_GET_TOPOLOGY VM_GET_MEMSEG VM_MMAP_GETNEXT"),
        OnVm("vCPUs/a-halted-one-is-woken", "4.2", "A command that freezes a sleeping vCPU does not wait for its next event.", vm =>
        {
            vm.LoadRealMode(GuestCode.HaltForever);
            vm.Do(VM_SET_CAPABILITY, Capability(0, Capabilities.HaltExit, 1));
            RunningVcpu running = vm.Enter();
            for (int i = 0; i < 20; i++)
            {
                vm.Get(Registers.Rip);
            }

            End(vm, running);
        }, also: "VM_RUN VM_GET_REGISTER"),
        OnVm("vCPUs/two-runners-share-one", "4.2", "Two threads that run one vCPU take it from each other; neither is refused.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            RunningVcpu first = vm.EnterCounting();
            RunningVcpu second = vm.Enter();
            vm.Host.Scope.Await("each has had to give way", () => (first.ReqIdleExits > 0 && second.ReqIdleExits > 0) || first.IsDone || second.IsDone);
            Check.That("both runners", first.ReqIdleExits > 0 && second.ReqIdleExits > 0, "REQIDLE for each", "another end");
            vm.Do(VM_SUSPEND, Int(Exits.PowerOff));
            // One reports the suspend; the other comes too late, to a suspended vCPU.
            Check.OneOf("an end", first.WaitForError(), 0, EINVAL);
            Check.OneOf("an end", second.WaitForError(), 0, EINVAL);
        }, also: "VM_RUN"),
    ];

    // An exception or an interrupt that the command has raised has taken some guests out already, to the port where their handler tells it.
    private static void End(VmClient vm, RunningVcpu running)
    {
        vm.Do(VM_SUSPEND, Int(Exits.PowerOff));
        Check.OneOf("the run's exit code", running.Wait().Code, Exits.Suspended, Exits.Inout);
    }
}
