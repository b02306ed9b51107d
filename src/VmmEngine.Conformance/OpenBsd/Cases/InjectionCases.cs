using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 7.3: entering the guest with an event.</summary>
internal static class InjectionCases
{
    private const byte Vector = 0x40;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. OnVm("inject/an-interrupt-enters-a-ready-guest", "7.3", "Ready is what the last exit said.", guest =>
        {
            guest.LoadRealMode(0xFB, 0x90, 0xE6, GuestCode.Mark, 0xE6, 0x55); // sti; nop; out 98h; out 55h
            Exit exit = guest.RunToPort(GuestCode.Mark);
            Check.Equal("vrp_irqready", true, exit.Ready);
            exit.Registers.SetGpr(RegisterState.Rip, exit.Rip + 2);
            Exit inside = guest.RunToHandler(Vector, answers: true, Injection.Interrupt(Vector));
            Check.Equal("vrp_irqready in the handler", false, inside.Ready);
            Check.Equal("the port after the handler", 0x55, guest.Answer(inside).Port);
        }, also: "RUN"),
        .. OnVm("inject/the-first-run-drops-an-interrupt", "7.3", "A new vCPU is not ready, whatever its flags say.", guest =>
        {
            guest.LoadRealMode(0xE6, GuestCode.Mark);
            guest.ChangeRegisters(RegisterState.General, state => state.SetGpr(RegisterState.Rflags, 0x202));
            guest.RunToPort(GuestCode.Mark, inject: Injection.Interrupt(Vector));
        }, also: "RUN"),
        .. OnVm("inject/a-dropped-interrupt-is-not-kept", "7.3", "Not for a later moment of the run, and not for the next.", guest =>
        {
            guest.LoadRealMode(0xFA, 0xE6, GuestCode.Mark, 0xFB, 0x90, 0x90, 0xE6, 0x55, 0xE6, 0x56); // cli; out 98h; sti; nop; nop; out 55h; out 56h
            Exit exit = guest.RunToPort(GuestCode.Mark);
            Check.Equal("vrp_irqready", false, exit.Ready);
            exit = guest.Answer(exit, Injection.Interrupt(Vector));
            Check.Equal("the port", 0x55, exit.Port);
            Check.Equal("the port after it", 0x56, guest.Answer(exit).Port);
        }, also: "RUN"),
        .. OnVm("inject/a-shadow-drops-an-interrupt", "7.3", "Behind STI one instruction is undisturbed.", guest =>
        {
            SkipOnKvm(guest.Host, "KVM ends the shadow with the exit of the instruction in it.");
            guest.LoadRealMode(0xFB, 0xE4, GuestCode.Mark, 0xE6, 0x55); // sti; in 98h; out 55h
            Exit exit = guest.RunToPort(GuestCode.Mark);
            Check.Equal("vrp_irqready", true, exit.Ready);
            exit = guest.Run(inject: Injection.Interrupt(Vector));
            Check.Equal("the port", GuestCode.Mark, exit.Port); // the same once more
        }, also: "RUN"),
        .. new byte[] { 0, 6, 7, 13, 14, 16, 19 }.SelectMany(vector => OnVm(
            $"inject/exception-{vector}-in-real-mode-has-no-error-code", "7.3", "Real mode knows none, whatever the client passes.", guest =>
        {
            guest.LoadRealMode(0x90, 0xE6, GuestCode.Mark);
            EnableInterrupts(guest);
            Exit exit = guest.RunToHandler(vector, inject: Injection.Exception(vector, 0x1234));
            Check.Equal("RSP: FLAGS, CS, IP, and AX of the handler", GuestCode.StackTop - 8, exit.Registers.Gpr(RegisterState.Rsp));
        }, also: "RUN")),
        .. new byte[] { 8, 10, 11, 12, 13, 14, 17 }.SelectMany(vector => OnVm(
            $"inject/exception-{vector}-has-an-error-code", "7.3", vector == 17 ? "An alignment check's is 0." : "The client's.", guest =>
        {
            guest.LoadLongMode(0x90, 0xE6, GuestCode.Mark);
            Exit exit = guest.RunToHandler(vector, inject: Injection.Exception(vector, 0x1234));
            ulong rsp = exit.Registers.Gpr(RegisterState.Rsp);
            ulong code = BitConverter.ToUInt64(guest.Memory.Bytes[((int)rsp + 8)..]); // below it, RAX of the handler
            Check.Equal("the error code", vector == 17 ? 0UL : 0x1234UL, code);
            Check.Equal("RSP: SS, RSP, RFLAGS, CS, RIP, the code, RAX", GuestCode.StackTop - (7 * 8), rsp);
        }, also: "RUN")),
        .. new byte[] { 0, 1, 3, 4, 5, 6, 7, 9, 16, 18, 19, 20 }.SelectMany(vector => OnVm(
            $"inject/exception-{vector}-has-none", "7.3", "Its handler finds RIP on top.", guest =>
        {
            guest.LoadLongMode(0x90, 0xE6, GuestCode.Mark);
            EnableInterrupts(guest);
            Exit exit = guest.RunToHandler(vector, inject: Injection.Exception(vector, 0x1234));
            Check.Equal("RSP: SS, RSP, RFLAGS, CS, RIP, RAX", GuestCode.StackTop - (6 * 8), exit.Registers.Gpr(RegisterState.Rsp));
        }, also: "RUN")),
        .. OnVm("inject/an-exception-needs-no-readiness", "7.3", "Exceptions are not interrupts.", guest =>
        {
            guest.LoadRealMode(0xFA, 0x90, 0xE6, GuestCode.Mark);
            guest.RunToHandler(13, inject: Injection.Exception(13));
        }, also: "RUN"),
        .. OnVm("inject/the-guest-returns-to-where-it-was", "7.3", "A fault's handler comes back to the instruction.", guest =>
        {
            guest.LoadRealMode(0xE6, GuestCode.Mark);
            Exit inside = guest.RunToHandler(13, inject: Injection.Exception(13));
            Check.Equal("RIP after the handler", GuestCode.Start, guest.Answer(inside).Rip);
        }, also: "RUN"),
        .. OnVm("inject/nothing-of-it-is-kept", "7.3", "An event is for one run.", guest =>
        {
            guest.LoadRealMode(0xE6, GuestCode.Mark, 0xE6, 0x55);
            Exit inside = guest.RunToHandler(13, inject: Injection.Exception(13));
            Exit exit = guest.Answer(inside);
            Check.Equal("the port after the handler", GuestCode.Mark, exit.Port);
            Check.Equal("the port after that", 0x55, guest.Answer(exit).Port);
        }, also: "RUN"),
        .. new byte[] { InjectNmi, 4, 255 }.SelectMany(type => OnVm(
            $"inject/type-{type}-is-ignored", "7.3", "Non-maskable interrupts and what is no type: some clients pass what they find.", guest =>
        {
            guest.LoadRealMode(0x90, 0xE6, GuestCode.Mark);
            guest.RunToPort(GuestCode.Mark, inject: new Injection(type, Vector, 0x99));
        }, also: "RUN")),
        .. OnVm("inject/type-0-is-nothing", "7.3", "With whatever vector beside it.", guest =>
        {
            guest.LoadRealMode(0x90, 0xE6, GuestCode.Mark);
            guest.RunToPort(GuestCode.Mark, inject: new Injection(0, 13, 0x99));
        }, also: "RUN"),
    ];

    // Vectors that are no exceptions of the interface's list enter as interrupts, for which Intel's processors want interrupts enabled.
    private static void EnableInterrupts(Guest guest) =>
        guest.ChangeRegisters(RegisterState.General, state => state.SetGpr(RegisterState.Rflags, 0x202));
}
