using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 7.5: a client that has an interrupt, and the guest's readiness for it.</summary>
internal static class InterruptCases
{
    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. OnVm("VMM_IOC_INTR/takes-a-ready-guest-out", "7.5", "The run comes back so that the client can inject.", guest =>
        {
            RunningGuest running = guest.EnterCounting();
            Exit exit = running.Stop();
            Check.Equal("vrp_irqready", true, exit.Ready);
            Check.OneOf("the reason", exit.Reason, Exits.ExternalInterrupt, Exits.InterruptWindow);
            guest.RunToHandler(0x41, answers: true, inject: Injection.Interrupt(0x41));
        }, also: "RUN"),
        .. OnVm("VMM_IOC_INTR/a-level-of-0-is-none", "7.5", "The argument is a level, not a vector.", guest =>
        {
            RunningGuest running = guest.EnterCounting();
            guest.Interrupt(0);
            guest.AwaitCounting();
            Check.That("the run", !running.IsDone, "going on", "over");
            running.Stop();
        }, also: "RUN"),
        .. OnVm("VMM_IOC_INTR/any-number-is-a-level", "7.5", "What is not 0 is 1.", guest =>
        {
            RunningGuest running = guest.EnterCounting();
            guest.Host.Scope.Await("the run has come out", () =>
            {
                guest.Interrupt(0x8000);
                return running.IsDone;
            });
            running.Wait();
        }, also: "RUN"),
        .. OnVm("VMM_IOC_INTR/is-forgotten-by-the-next-run", "7.5", "A run begins with its own vrp_intr_pending.", guest =>
        {
            guest.LoadRealMode(0xFB, 0x90, 0xE6, 0x55, 0x90, 0xE6, 0x56); // sti; nop; out 55h; nop; out 56h
            Exit exit = guest.RunToPort(0x55);
            guest.Interrupt(1);
            Check.Equal("the port", 0x56, guest.Answer(exit).Port);
        }, also: "RUN"),
        .. OnVm("VMM_IOC_INTR/a-guest-that-is-not-ready-stays", "7.5", "Until it is, when the window opens.", guest =>
        {
            // again: inc dword [9000h]; cmp byte [9100h], 0; je again; sti; nop; out 55h
            guest.LoadRealMode(0x66, 0xFF, 0x06, 0x00, 0x90, 0x80, 0x3E, 0x00, 0x91, 0x00, 0x74, 0xF4, 0xFB, 0x90, 0xE6, 0x55);
            RunningGuest running = new(guest);
            guest.AwaitCounting();
            guest.Interrupt(1);
            guest.AwaitCounting();
            Check.That("the run", !running.IsDone, "going on", "over");
            guest.Write(0x9100, 1);
            Exit exit = running.Wait();

            // A run that yielded meanwhile has forgotten the interrupt, as the interface says.
            Check.OneOf("the reason", exit.Reason, Exits.InterruptWindow, Exits.ExternalInterrupt, Exits.Io);
            Check.Equal("vrp_irqready", true, exit.Ready);
        }, also: "RUN"),
        .. OnVm("pending/a-ready-guest-comes-back-at-once", "7.4", "With the last reason, whatever it is; the client injects with the next run.", guest =>
        {
            guest.LoadRealMode(0xFB, 0x90, 0xE6, 0x55, 0x90, 0xE6, 0x56);
            Exit exit = guest.RunToPort(0x55);
            exit = guest.Answer(exit, pending: true);
            Check.Equal("vrp_irqready", true, exit.Ready);
            Check.That("RIP", exit.Rip <= GuestCode.Start + 5, "before the next port", $"0x{exit.Rip:X}");
            Check.Equal("the port", 0x56, guest.RunToPort(0x56).Port);
        }, also: "RUN"),
        .. OnVm("pending/the-window-of-a-guest-that-was-not-ready", "7.4", "An exit as soon as it can take an interrupt, behind the instruction that STI protects.", guest =>
        {
            guest.LoadRealMode(0x90, 0xFB, 0x90, 0x90, 0xEB, 0xFE); // nop; sti; nop; nop; jmp $
            Exit exit = guest.RunTo(Exits.InterruptWindow, pending: true);
            Check.Equal("vrp_irqready", true, exit.Ready);
            Check.OneOf("RIP", exit.Rip, GuestCode.Start + 3, GuestCode.Start + 4);
            guest.RunToHandler(0x42, answers: true, inject: Injection.Interrupt(0x42));
        }, also: "RUN"),
        .. OnVm("pending/other-exits-come-first", "7.4", "A guest that is not ready still has its ports.", guest =>
        {
            guest.LoadRealMode(0xE6, 0x55, 0xFB, 0x90, 0xE6, 0x56);
            Exit exit = guest.RunTo(Exits.Io, pending: true);
            Check.Equal("vrp_irqready", false, exit.Ready);
            guest.Answer(exit, pending: true);
        }, also: "RUN"),
        .. OnVm("pending/none-means-no-window", "7.4", "Without a pending interrupt STI is no exit.", guest =>
        {
            guest.LoadRealMode(0xFB, 0x90, 0x90, 0xE6, 0x55);
            guest.RunToPort(0x55);
        }, also: "RUN"),
        .. OnVm("pending/a-halt-of-a-ready-guest", "7.4", "Does not sleep in the device.", guest =>
        {
            guest.LoadRealMode(0xFB, 0xF4, 0xE6, 0x55);
            Exit exit = guest.Run(pending: true);
            Check.OneOf("the reason", exit.Reason, Exits.Halt, Exits.InterruptWindow, Exits.ExternalInterrupt);
            Check.Equal("vrp_irqready", true, exit.Ready);
        }, also: "RUN"),
    ];
}
