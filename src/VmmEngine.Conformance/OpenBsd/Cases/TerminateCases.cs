using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 6: a VM's end.</summary>
internal static class TerminateCases
{
    private const int Attempts = 1000;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. OnHost("VMM_IOC_TERM/unknown-is-ENOENT", "6", "An id that no VM has.", host =>
        {
            foreach (uint id in new[] { 0u, 1u, 0x8000_0000u, uint.MaxValue })
            {
                host.Expect(ENOENT, host.Revision.Terminate, Structs.Terminate(id));
            }
        }),
        .. OnVm("VMM_IOC_TERM/twice-is-ENOENT", "6", "From its end on nobody knows the VM.", guest =>
        {
            guest.Terminate();
            guest.Expect(ENOENT, guest.Revision.Terminate, Structs.Terminate(guest.Id));
        }),
        .. Revision.All.SelectMany(revision => revision.Commands.Where(command => command.Before.HasFlag(Before.FindVm)).Select(command => OnHost(
            revision, $"{command.Name[(revision.Name.Length + 1)..]}/unknown-VM-is-ENOENT", "5", "Every command that names a VM looks for it first.", host =>
        {
            Guest guest = host.CreateUsual();
            foreach (uint id in new[] { 0u, guest.Id + 1, uint.MaxValue })
            {
                host.Expect(ENOENT, command, Vcpu(command, id));
            }

            guest.Terminate();
            host.Expect(ENOENT, command, Vcpu(command, guest.Id));
        }))),
        .. Revision.All.SelectMany(revision => revision.Commands.Where(command => (command.Before & (Before.OneVcpu | Before.FindVcpu)) != 0).Select(command => OnVm(
            revision, $"{command.Name[(revision.Name.Length + 1)..]}/unknown-vCPU-is-ENOENT", "5", "vCPUs are made with their VM: others are not there.", guest =>
        {
            foreach (uint vcpu in new[] { 1u, 63u, 64u, uint.MaxValue })
            {
                guest.Expect(ENOENT, command, Vcpu(command, guest.Id, vcpu));
            }
        }))),
        .. OnHost("VMM_IOC_TERM/leaves-other-VMs-alone", "6", "And they run on.", host =>
        {
            Guest first = host.CreateUsual();
            Guest second = host.CreateUsual();
            first.Terminate();
            second.LoadRealMode(0xE6, GuestCode.Mark);
            second.RunToPort(GuestCode.Mark);
        }, also: "RUN"),
        .. OnVm("VMM_IOC_TERM/returns-when-the-run-is-over", "6", "A run comes out, and the runner's next one finds no VM.", guest =>
        {
            RunningGuest running = guest.EnterCounting();
            guest.Terminate();
            uint counted = guest.Counter;
            Check.Equal("the runner's end", ENOENT, running.WaitForError());
            Check.Equal("the guest's counter after the end", counted, guest.Counter);
        }, also: "RUN"),
        .. OnVm("VMM_IOC_TERM/in-every-state", "7.1", "Terminated vCPUs do not keep their VM.", guest =>
        {
            guest.LoadRealMode(GuestCode.HaltForGood);
            guest.ExpectRun(EIO);
            guest.Terminate();
            Check.Equal("the VMs", 0, guest.Host.Report().Length);
        }, also: "RUN"),
        OnHost(Revision.Newer, "VMM_IOC_TERM/a-second-one-at-once-is-EBUSY", "6", "One ends the VM; the other hears that it is being ended, or that it is gone.", host => EndTwice(host, needsBusy: true)),
        OnHost(Revision.Baseline, "VMM_IOC_TERM/a-second-one-at-once-ends-nothing", "6", "Undefined in this revision; at least one alone succeeds.", host => EndTwice(host, needsBusy: false)),
    ];

    private static void EndTwice(VmmClient host, bool needsBusy)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            using ClientMemory memory = ClientMemory.Allocate(VmmClient.PageSize);
            Struct argument = host.Do(host.Revision.Create, Create(host.Revision, [new MemoryRange(0, VmmClient.PageSize, memory.Address)]));
            uint id = argument.U32(host.Revision.CreatedId);
            int[] waiting = [2];
            int other = -1;
            CaseThread second = host.Scope.Start(() => other = EndTogether(host, id, waiting));
            int own = EndTogether(host, id, waiting);
            second.Join();
            if (host.Revision.IsNewer)
            {
                new ClientMemory(argument.U64(RangesAt + 8), VmmClient.PageSize).Dispose();
            }

            Check.That("the two answers", (own == 0) != (other == 0), "one success", $"{NameOf(own)} and {NameOf(other)}");
            int late = own == 0 ? other : own;
            Check.OneOf("the second answer", late, ENOENT, EBUSY);
            if (late == EBUSY || !needsBusy)
            {
                return;
            }
        }

        throw new CaseSkippedException($"In {Attempts} attempts no termination met another one under way.");
    }

    // As close together as two threads can be.
    private static int EndTogether(VmmClient host, uint id, int[] waiting)
    {
        Struct argument = Structs.Terminate(id);
        Interlocked.Decrement(ref waiting[0]);
        while (Volatile.Read(ref waiting[0]) != 0)
        {
            Thread.SpinWait(1);
        }

        return host.Ioctl(host.Revision.Terminate, argument);
    }
}
