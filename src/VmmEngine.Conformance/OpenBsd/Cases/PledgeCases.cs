using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 5: what a process that has made promises may do.</summary>
internal static class PledgeCases
{
    private const CallerPromises Manager = CallerPromises.Vmm | CallerPromises.Proc;
    private const int Own = 4711;
    private const int Another = 4712;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. OnHost("promises/without-vmm-nothing-is-ENOSYS", "5", "A process that promised not to use VMs has no command; with 'error' it lives to hear so.", host =>
        {
            int descriptor = Open(host, CallerPromises.Proc | CallerPromises.Error);
            foreach (Command command in host.Revision.Commands)
            {
                host.Expect(ENOSYS, descriptor, command, new Struct(command.Size));
            }
        }, also: "CREATE RUN INFO TERM RESETCPU INTR READREGS WRITEREGS READVMPARAMS WRITEVMPARAMS SHAREMEM"),
        .. OnHost("promises/broken-without-error-is-EPERM", "5", "What the killed thread would have seen.", host =>
        {
            int descriptor = Open(host, CallerPromises.None);
            foreach (Command command in host.Revision.Commands)
            {
                host.Expect(EPERM, descriptor, command, new Struct(command.Size));
            }
        }),
        .. OnHost("promises/vmm-without-proc-manages-nothing", "5", "Creating, listing and sharing are for processes that hold 'proc' too.", host =>
        {
            int descriptor = Open(host, CallerPromises.Vmm | CallerPromises.Error);
            foreach (Command command in new[] { host.Revision.Create, host.Revision.Info, host.Revision.ShareMemory })
            {
                host.Expect(ENOSYS, descriptor, command, new Struct(command.Size));
            }
        }, also: "CREATE INFO SHAREMEM"),
        .. OnHost("promises/vmm-without-proc-uses-its-own-VM", "5", "A VM's process may do with the VM it created whatever runs it.", host =>
        {
            int managing = Open(host, Manager | CallerPromises.Error);
            Guest guest = host.CreateUsual(descriptor: managing);
            int descriptor = Open(host, CallerPromises.Vmm | CallerPromises.Error);
            foreach (Command command in VcpuCommands(host))
            {
                // Beyond the promises: there is no vCPU 1.
                host.Expect(ENOENT, descriptor, command, Vcpu(command, guest.Id, 1));
            }

            host.Expect(0, descriptor, host.Revision.Terminate, Structs.Terminate(guest.Id));
        }, also: "RUN RESETCPU INTR READREGS WRITEREGS READVMPARAMS WRITEVMPARAMS TERM"),
        .. OnHost("promises/vmm-without-proc-sees-no-other-VM", "5", "Not even to end it.", host =>
        {
            Guest guest = host.CreateUsual(descriptor: Open(host, Manager, Another));
            int descriptor = Open(host, CallerPromises.Vmm | CallerPromises.Error);
            int killed = Open(host, CallerPromises.Vmm);
            foreach (Command command in VcpuCommands(host).Append(host.Revision.Terminate))
            {
                host.Expect(ENOSYS, descriptor, command, Vcpu(command, guest.Id));
                host.Expect(EPERM, killed, command, Vcpu(command, guest.Id));
            }

            Check.Equal("the VM's state", VmRecord.Stopped, guest.State);
        }, also: "RUN RESETCPU INTR READREGS WRITEREGS READVMPARAMS WRITEVMPARAMS TERM"),
        .. Revision.All.SelectMany(revision => VcpuCommandsOf(revision).Append(revision.Terminate).Select(command => OnHost(
            revision, $"{command.Name[(revision.Name.Length + 1)..]}/hidden-VM-is-EPERM", "5", "A process of one VM sees its own alone.", host =>
        {
            Guest guest = host.CreateUsual(descriptor: Open(host, Manager, Another));
            host.Expect(EPERM, Open(host, CallerPromises.Vmm), command, Vcpu(command, guest.Id));
        }))),
        .. OnHost("promises/an-unknown-VM-comes-first-and-is-ENOENT", "5", "Visibility is asked for a VM that is found.", host =>
        {
            int descriptor = Open(host, CallerPromises.Vmm);
            foreach (Command command in VcpuCommands(host).Append(host.Revision.Terminate))
            {
                host.Expect(ENOENT, descriptor, command, Vcpu(command, 99));
            }
        }),
        .. OnHost("promises/a-manager-sees-all", "5", "With 'proc' every VM is visible.", host =>
        {
            Guest guest = host.CreateUsual(descriptor: Open(host, Manager, Another));
            int descriptor = Open(host, Manager);
            host.Expect(0, descriptor, host.Revision.ReadRegisters, Registers(guest.Id, 0, out _));
            host.Expect(0, descriptor, host.Revision.ShareMemory, Share(host.Revision, guest.Id, []));
            host.Expect(0, descriptor, host.Revision.Info, Info(0, 0));
            host.Expect(0, descriptor, host.Revision.Terminate, Structs.Terminate(guest.Id));
        }, also: "READREGS SHAREMEM INFO TERM"),
        .. OnHost("promises/none-made-sees-all", "5", "Neither user nor process matters to somebody who has promised nothing.", host =>
        {
            Guest guest = host.CreateUsual(descriptor: Open(host, Manager, Another));
            int descriptor = host.Open(VmmClient.Path, caller: new Caller(1001) { ProcessId = 3 });
            host.Expect(0, descriptor, host.Revision.Terminate, Structs.Terminate(guest.Id));
        }, also: "TERM"),
        .. OnHost("promises/an-unknown-word-breaks-them", "5", "The filter knows commands, and denies what is none before anybody finds it unknown.", host =>
            host.ExpectWord(ENOSYS, Open(host, Manager | CallerPromises.Error), 0x8004_56FF, new Struct(4))),
    ];

    private static IEnumerable<Command> VcpuCommands(VmmClient host) => VcpuCommandsOf(host.Revision);

    private static IEnumerable<Command> VcpuCommandsOf(Revision revision) =>
        revision.Commands.Where(command => command.Before.HasFlag(Before.FindVm) && (command.Before & (Before.OneVcpu | Before.FindVcpu)) != 0);

    private static int Open(VmmClient host, CallerPromises promises, int process = Own) =>
        host.Open(VmmClient.Path, caller: new Caller(1001) { ProcessId = process, Promises = promises });
}
