using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Section 4.8: activation, debug stops, CPU sets, topology.</summary>
internal static class ActivationCases
{
    private const int DebugSet = 2;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm("VM_ACTIVATE_CPU/twice-is-EBUSY", "4.8", "There is no way back but a reset.", vm =>
        {
            vm.Activate(1);
            vm.Expect(EBUSY, VM_ACTIVATE_CPU, Int(1));
        }),
        OnVm("VM_ACTIVATE_CPU/joins-the-active-set", "4.8", "Clients ask for the set.", vm =>
        {
            vm.Activate(0);
            vm.Activate(2);
            Check.Equal("active vCPUs", 5UL, vm.CpuSet(0));
        }, also: "VM_GET_CPUS"),
        OnVm("VM_RUN/not-active-is-EINVAL", "5", "Only active vCPUs run.", vm =>
        {
            vm.LoadMemory(GuestCode.MarkForever, is64Bit: false);
            vm.SetRealMode(0);
            vm.ExpectRun(EINVAL);
            vm.Activate();
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_ACTIVATE_CPU"),
        OnVm("VM_SUSPEND_CPU/not-active-is-EINVAL", "4.8", "Only active vCPUs are stopped.", vm =>
        {
            vm.Expect(EINVAL, VM_SUSPEND_CPU, Int(0));
            Check.Equal("debug-stopped vCPUs", 0UL, vm.CpuSet(DebugSet));
        }),
        OnVm("VM_SUSPEND_CPU/the-run-says-DEBUG", "4.8", "A stopped vCPU does not sleep: every run returns at once, with RIP where it is.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.Do(VM_SUSPEND_CPU, Int(0));
            for (int i = 0; i < 3; i++)
            {
                Exit exit = vm.RunTo(Exits.Debug);
                Check.Equal("inst_length", 0, exit.Length);
                Check.Equal("rip", GuestCode.Start, exit.Rip);
            }

            vm.Do(VM_RESUME_CPU, Int(0));
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RESUME_CPU VM_RUN"),
        OnVm("VM_SUSPEND_CPU/takes-a-running-vCPU-out", "4.8", "It is notified, not frozen.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            RunningVcpu running = vm.EnterCounting();
            vm.Do(VM_SUSPEND_CPU, Int(0));
            Check.Equal("the exit code", Exits.Debug, running.Wait().Code);
            Check.Equal("debug-stopped vCPUs", 1UL, vm.CpuSet(DebugSet));
        }, also: "VM_RUN VM_GET_CPUS"),
        OnVm("VM_SUSPEND_CPU/takes-a-halted-vCPU-out", "5.5", "A halt ends for a debug stop.", vm =>
        {
            vm.LoadRealMode(GuestCode.HaltForever);
            vm.Do(VM_SET_CAPABILITY, Capability(0, Capabilities.HaltExit, 1));
            RunningVcpu running = vm.Enter();
            vm.Do(VM_SUSPEND_CPU, Int(0));
            Check.Equal("the exit code", Exits.Debug, running.Wait().Code);
        }, also: "VM_RUN"),
        OnVm("VM_SUSPEND_CPU/all-means-all-active", "4.8", "-1 stops the active vCPUs and no others.", vm =>
        {
            vm.Activate(0);
            vm.Activate(2);
            vm.Get(Registers.Rip, 1);
            vm.Do(VM_SUSPEND_CPU, Int(-1));
            Check.Equal("debug-stopped vCPUs", 5UL, vm.CpuSet(DebugSet));
        }, also: "VM_GET_CPUS"),
        OnVm("VM_SUSPEND_CPU/twice", "4.8", "Stopping a stopped vCPU changes nothing.", vm =>
        {
            vm.Activate();
            vm.Do(VM_SUSPEND_CPU, Int(0));
            vm.Do(VM_SUSPEND_CPU, Int(0));
            Check.Equal("debug-stopped vCPUs", 1UL, vm.CpuSet(DebugSet));
        }),
        OnVm("VM_SUSPEND_CPU/all-with-none-active", "4.8", "A set of none is a set.", vm => vm.Do(VM_SUSPEND_CPU, Int(-1))),
        OnVm("VM_RESUME_CPU/not-stopped-is-EINVAL", "4.8", "Only stopped vCPUs are resumed.", vm =>
        {
            vm.Activate();
            vm.Expect(EINVAL, VM_RESUME_CPU, Int(0));
        }),
        OnVm("VM_RESUME_CPU/all-empties-the-set", "4.8", "-1 resumes whoever is stopped, and nobody is no error.", vm =>
        {
            vm.Activate(0);
            vm.Activate(1);
            vm.Do(VM_RESUME_CPU, Int(-1));
            vm.Do(VM_SUSPEND_CPU, Int(-1));
            vm.Do(VM_RESUME_CPU, Int(-1));
            Check.Equal("debug-stopped vCPUs", 0UL, vm.CpuSet(DebugSet));
        }, also: "VM_GET_CPUS"),
        OnVm("VM_RESUME_CPU/one-leaves-the-others", "4.8", "Resuming is for one.", vm =>
        {
            vm.Activate(0);
            vm.Activate(1);
            vm.Do(VM_SUSPEND_CPU, Int(-1));
            vm.Do(VM_RESUME_CPU, Int(0));
            Check.Equal("debug-stopped vCPUs", 2UL, vm.CpuSet(DebugSet));
        }, also: "VM_GET_CPUS"),
        OnVm("VM_GET_CPUS/bad-size-is-ERANGE", "4.8", "A set has 1 to 128 bytes.", vm =>
        {
            Struct set = new(256);
            foreach (int size in new[] { 0, -1, 129, int.MaxValue, int.MinValue })
            {
                vm.Expect(ERANGE, VM_GET_CPUS, CpuSet(0, size, set));
            }
        }),
        OnVm("VM_GET_CPUS/bad-size-comes-before-bad-set-and-is-ERANGE", "4.8", "The size is judged first.",
            vm => vm.Expect(ERANGE, VM_GET_CPUS, CpuSet(9, 0, BadPointer))),
        OnVm("VM_GET_CPUS/no-such-set-is-EINVAL", "4.8", "There are three sets.", vm =>
        {
            Struct set = new(128);
            vm.Expect(EINVAL, VM_GET_CPUS, CpuSet(3, 128, set));
            vm.Expect(EINVAL, VM_GET_CPUS, CpuSet(-1, 128, set));
            vm.Expect(EINVAL, VM_GET_CPUS, CpuSet(3, 1, BadPointer));
        }),
        OnVm("VM_GET_CPUS/too-small-for-the-set-is-ERANGE", "4.8", "A set that does not fit is not cut.", vm =>
        {
            vm.Activate(8);
            Struct set = new(128);
            vm.Expect(ERANGE, VM_GET_CPUS, CpuSet(0, 1, set));
            vm.Expect(ERANGE, VM_GET_CPUS, CpuSet(0, 1, BadPointer));
            vm.Do(VM_GET_CPUS, CpuSet(0, 2, set));
            Check.Equal("the set", 0x100UL, set.U64(0));
            vm.Do(VM_GET_CPUS, CpuSet(1, 1, set)); // nobody is suspended: any size will do
        }, new SystemSetup { MaxVcpus = 16 }),
        OnVm("VM_GET_CPUS/unwritable-is-EFAULT", "4.8", "The pointer is looked at last.",
            vm => vm.Expect(EFAULT, VM_GET_CPUS, CpuSet(0, 8, BadPointer))),
        OnVm("VM_GET_CPUS/writes-exactly-its-size", "4.8", "As many bytes as asked for, padded with zeros, and none more.", vm =>
        {
            vm.Activate(1);
            Struct set = new Struct(128).Filled(0xEE);
            vm.Do(VM_GET_CPUS, CpuSet(0, 5, set));
            Check.Bytes("the first 8 bytes", [2, 0, 0, 0, 0, 0xEE, 0xEE, 0xEE], set.Bytes[..8]);
        }),
        OnVm("VM_GET_TOPOLOGY/by-default-one-of-each", "4.8", "And as many vCPU ids as the system gives.", vm =>
        {
            Struct topology = vm.Do(VM_GET_TOPOLOGY, new Struct(8));
            Check.Equal("sockets, cores, threads", (1, 1, 1), ((int)topology.U16(0), (int)topology.U16(2), (int)topology.U16(4)));
            Check.Equal("maxcpus", vm.MaxVcpus, topology.U16(6));
        }),
        OnVm("VM_SET_TOPOLOGY/too-many-is-EINVAL", "4.8", "Sockets by cores by threads fit into the ids.", vm =>
        {
            vm.Expect(EINVAL, VM_SET_TOPOLOGY, Topology(5, 1, 1));
            vm.Expect(EINVAL, VM_SET_TOPOLOGY, Topology(2, 2, 2));
            vm.Do(VM_SET_TOPOLOGY, Topology(2, 2, 1));
        }),
        OnVm("VM_SET_TOPOLOGY/product-beyond-32-bits-is-EINVAL", "4.8", "The product does not wrap.", vm =>
        {
            vm.Expect(EINVAL, VM_SET_TOPOLOGY, Topology(0xFFFF, 0xFFFF, 0xFFFF));
            vm.Expect(EINVAL, VM_SET_TOPOLOGY, Topology(0x8000, 0x8000, 4)); // 2^32
        }),
        OnVm("VM_SET_TOPOLOGY/zeros-are-accepted", "4.8", "Upstream multiplies, and looks no further.", vm =>
        {
            vm.Do(VM_SET_TOPOLOGY, Topology(0, 0, 0));
            Check.Equal("sockets", (ushort)0, vm.Do(VM_GET_TOPOLOGY, new Struct(8)).U16(0));
        }),
        OnVm("VM_SET_TOPOLOGY/maxcpus-is-ignored", "4.8", "The limit is the system's.", vm =>
        {
            vm.Do(VM_SET_TOPOLOGY, Topology(1, 1, 1, 2));
            Check.Equal("maxcpus", vm.MaxVcpus, vm.Do(VM_GET_TOPOLOGY, new Struct(8)).U16(6));
        }),
    ];
}
