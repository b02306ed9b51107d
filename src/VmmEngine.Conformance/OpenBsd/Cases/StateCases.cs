using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 7.1: states of a vCPU, and what waits for a run.</summary>
internal static class StateCases
{
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. OnVm("VMM_IOC_RUN/stops-with-an-exit", "7.1", "STOPPED, RUNNING while inside, STOPPED again.", guest =>
        {
            RunningGuest running = guest.EnterCounting();
            Check.Equal("the state inside", VmRecord.Running, guest.State);
            running.Stop();
            Check.Equal("the state afterwards", VmRecord.Stopped, guest.State);
        }, also: "INFO"),
        .. OnVm("VMM_IOC_RUN/terminated-is-EBUSY", "7.1", "A run that ends with an error ends the vCPU.", guest =>
        {
            Terminate(guest);
            guest.ExpectRun(EBUSY);
            guest.ExpectRun(EBUSY, answers: true);
        }),
        .. OnVm("VMM_IOC_RESETCPU/terminated-is-EBUSY", "7.1", "Nothing brings it back.", guest =>
        {
            Terminate(guest);
            guest.ExpectReset(EBUSY);
            Check.Equal("the state", VmRecord.Terminated, guest.State);
        }, also: "RUN"),
        .. OnVm("vCPU/terminated-answers-the-rest", "7.6", "Registers and clock do not ask for a state.", guest =>
        {
            Terminate(guest);
            Struct registers = guest.Do(guest.Revision.ReadRegisters, Registers(guest.Id, RegisterState.All, out _));
            guest.Do(guest.Revision.WriteRegisters, registers);
            guest.Do(guest.Revision.ReadParameters, Parameters(guest.Id, 3));
            guest.Do(guest.Revision.WriteParameters, Parameters(guest.Id, 3, 0x4001, 2));
            guest.Interrupt(1);
            guest.Do(guest.Revision.ShareMemory, Share(guest.Revision, guest.Id, []));
        }, also: "READREGS WRITEREGS READVMPARAMS WRITEVMPARAMS INTR SHAREMEM"),
        OnVm(Revision.Baseline, "VMM_IOC_MPROTECT_EPT/terminated-is-EBUSY", "7.8", "It asks for the state first.", guest =>
        {
            Terminate(guest);
            guest.Expect(EBUSY, guest.Revision.ProtectMemory!, Protect(guest.Id, 0x2000, 4096, 7));
            guest.Expect(EBUSY, guest.Revision.ProtectMemory!, Protect(guest.Id, 1, 0, 0));
        }, also: "RUN"),
        .. OnVm("VMM_IOC_RUN/unreadable-exit-is-EFAULT", "7.1", "And leaves the vCPU running for ever: the state has been changed before the copy.", guest =>
        {
            guest.LoadRealMode(0xE6, GuestCode.Mark);
            guest.Expect(EFAULT, guest.Revision.Run, Structs.Run(guest.Revision, guest.Id, BadPointer, answers: true));
            Check.Equal("the state", VmRecord.Running, guest.State);
            guest.ExpectRun(EBUSY);
            guest.ExpectReset(EBUSY);
            guest.ReadRegisters();
            guest.Terminate();
        }, also: "RESETCPU READREGS TERM"),
        OnVm(Revision.Baseline, "VMM_IOC_RUN/unwritable-exit-is-EFAULT", "7.1", "The exit is lost, and the vCPU is stopped.", guest =>
        {
            guest.LoadRealMode(0xE6, GuestCode.Mark);
            guest.Expect(EFAULT, guest.Revision.Run, Structs.Run(guest.Revision, guest.Id, BadPointer));
            Check.Equal("the state", VmRecord.Stopped, guest.State);
            guest.RunToPort(GuestCode.Mark);
        }),

        // What needs the vCPU for itself, and what does not.
        .. Revision.All.SelectMany(revision => revision.Commands.Where(command => command != revision.Run && (command.Before & (Before.OneVcpu | Before.AllVcpus)) != 0)
            .Select(command => OnVm(revision, $"{command.Name[(revision.Name.Length + 1)..]}/gets-its-turn-at-a-running-vCPU", "7.1",
                "It is not EBUSY, and it is not for ever: a run yields, and is called again.", guest =>
        {
            Struct argument = Sound(guest, command);
            RunningGuest running = guest.EnterCounting();
            guest.Do(command, argument);
            guest.AwaitCounting();
            Check.That("the runs", !running.IsDone, "going on", "over");
            running.Stop();
        }, also: "RUN"))),
        .. OnVm("VMM_IOC_READREGS/sees-a-guest-between-two-instructions", "7.1", "A vCPU whose registers are read does not run.", guest =>
        {
            RunningGuest running = guest.EnterCounting();
            for (int i = 0; i < 20; i++)
            {
                ulong rip = guest.ReadRegisters(RegisterState.General).Gpr(RegisterState.Rip) - GuestCode.Start;
                Check.OneOf("RIP, from the guest's start", rip, 0UL, 1UL, 6UL); // sti; inc dword; jmp
            }

            running.Stop();
        }, also: "RUN"),
        .. OnVm("VMM_IOC_RUN/two-take-turns", "7.1", "A second one waits for the first, which yields; both end.", guest =>
        {
            RunningGuest first = guest.EnterCounting();
            RunningGuest second = new(guest);
            guest.AwaitCounting();
            Check.That("the runs", !first.IsDone && !second.IsDone, "going on", "over");
            first.Stop();
            second.Stop();
        }),
        .. Revision.All.SelectMany(revision => revision.Commands.Where(command => (command.Before & Before.FindVcpu) != 0 && (command.Before & Before.AllVcpus) == 0)
            .Select(command => OnVm(revision, $"{command.Name[(revision.Name.Length + 1)..]}/does-not-wait-for-a-run", "7.5", "Nor does it take the run out for good.", guest =>
        {
            RunningGuest running = guest.EnterCounting();
            guest.Do(command, Vcpu(command, guest.Id)); // masks of no bits, and no interrupt
            guest.AwaitCounting();
            Check.That("the run", !running.IsDone, "going on", "over");
            running.Stop();
        }, also: "RUN"))),
    ];

    /// <summary>Ends the vCPU with a halt that nothing can end.</summary>
    private static void Terminate(Guest guest)
    {
        guest.LoadRealMode(GuestCode.HaltForGood);
        guest.ExpectRun(EIO);
    }

    private static Struct Sound(Guest guest, Command command)
    {
        if (command == guest.Revision.ResetCpu)
        {
            Struct reset = Structs.Reset(guest.Id, out RegisterState registers);
            registers.SetRealMode();
            return reset;
        }

        return command == guest.Revision.ProtectMemory ? Protect(guest.Id, 0xA_0000, 4096, 7) : Vcpu(command, guest.Id);
    }
}
