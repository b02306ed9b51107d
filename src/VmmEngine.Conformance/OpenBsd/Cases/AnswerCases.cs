using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 7.3: what a run takes from the client's exit structure.</summary>
internal static class AnswerCases
{
    private const ulong Garbage = 0x1122_3344_5566_7788;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. OnVm("VMM_IOC_RUN/an-IN-takes-RAX-zero-extended", "7.3", "All 64 bits of RAX, for a byte too: the client keeps bits 31 to 8 itself.", guest =>
        {
            guest.LoadLongMode(0xE4, GuestCode.Mark, 0xE6, 0x55); // in al, 98h; out 55h, al
            guest.ChangeRegisters(RegisterState.General, state => state.SetGpr(RegisterState.Rax, Garbage));
            Exit exit = guest.RunToPort(GuestCode.Mark);
            Check.Equal("the data of an IN is EAX", (uint)(Garbage & uint.MaxValue), exit.Data);
            exit.Data = 0xA1B2_C3D4;
            exit = guest.Answer(exit);
            Check.Equal("the port", 0x55, exit.Port);
            Check.Equal("RAX", 0xA1B2_C3D4UL, exit.Registers.Gpr(RegisterState.Rax));
        }),
        .. OnVm("VMM_IOC_RUN/a-port-takes-RIP-and-nothing-else", "7.3", "The client moves the guest on, by the instruction's length.", guest =>
        {
            guest.LoadRealMode(0xE6, GuestCode.Mark, 0xF4, 0xE6, 0x55); // out 98h; hlt; out 55h
            guest.ChangeRegisters(RegisterState.General, state => state.SetGpr(RegisterState.Rax, 0x11).SetGpr(RegisterState.Rbx, 0x22));
            Exit exit = guest.RunToPort(GuestCode.Mark);
            exit.Data = 0x99;
            exit.Registers.SetGpr(RegisterState.Rax, Garbage).SetGpr(RegisterState.Rbx, Garbage).SetGpr(RegisterState.Rflags, 0x202).SetCr(RegisterState.Cr3, 0x7000)
                .SetSegment(RegisterState.Es, 7, 0x70, 0xFFFF, 0x93).SetMsr(RegisterState.Star, 5).SetDr(0, 0x99).SetGpr(RegisterState.Rip, exit.Rip + 3);
            exit = guest.Run(answers: true);
            Check.Equal("the port", 0x55, exit.Port);
            Check.Equal("RAX", 0x11UL, exit.Registers.Gpr(RegisterState.Rax));
            Check.Equal("RBX", 0x22UL, exit.Registers.Gpr(RegisterState.Rbx));
            Check.Equal("RFLAGS", 2UL, exit.Registers.Gpr(RegisterState.Rflags) & 0x202);
            Check.Equal("CR3", 0UL, exit.Registers.Cr(RegisterState.Cr3));
            Check.Equal("ES", (ushort)0, exit.Registers.Selector(RegisterState.Es));
            Check.Equal("STAR", 0UL, exit.Registers.Msr(RegisterState.Star));
            Check.Equal("DR0", 0UL, exit.Registers.Dr(0));
        }),
        .. OnVm("VMM_IOC_RUN/device-memory-takes-all-general-registers", "7.3", "RIP, RSP and RFLAGS among them, and no others.", guest =>
        {
            guest.LoadRealMode(0x67, 0xA0, 0x00, 0x00, 0x10, 0x00, 0xE6, 0x55); // al = [100000h]; out 55h
            Exit exit = guest.RunTo(Exits.EptViolation);
            for (int register = 0; register < 16; register++)
            {
                exit.Registers.SetGpr(register, 0x100 + (ulong)register);
            }

            exit.Registers.SetGpr(RegisterState.Rflags, 0x43).SetCr(RegisterState.Cr3, 0x7000).SetSegment(RegisterState.Es, 7, 0x70, 0xFFFF, 0x93).SetMsr(RegisterState.Star, 5);
            exit = guest.Answer(exit);
            Check.Equal("the port", 0x55, exit.Port);
            for (int register = 0; register < 16; register++)
            {
                Check.Equal($"register {register}", 0x100 + (ulong)register, exit.Registers.Gpr(register));
            }

            Check.Equal("RFLAGS", 0x43UL, exit.Registers.Gpr(RegisterState.Rflags) & 0xFF);
            Check.Equal("CR3", 0UL, exit.Registers.Cr(RegisterState.Cr3));
            Check.Equal("ES", (ushort)0, exit.Registers.Selector(RegisterState.Es));
            Check.Equal("STAR", 0UL, exit.Registers.Msr(RegisterState.Star));
        }),
        .. OnVm("VMM_IOC_RUN/other-exits-take-nothing", "7.3", "A halt's registers are what they are.", guest =>
        {
            guest.LoadRealMode(0xFB, 0xF4, 0xE6, 0x55); // sti; hlt; out 55h
            Exit exit = guest.RunTo(Exits.Halt);
            exit.Registers.SetGpr(RegisterState.Rip, 0x5000).SetGpr(RegisterState.Rbx, Garbage);
            exit = guest.Run(answers: true);
            Check.Equal("the port", 0x55, exit.Port);
            Check.Equal("RBX", 0UL, exit.Registers.Gpr(RegisterState.Rbx));
        }),
        .. OnVm("VMM_IOC_RUN/its-own-last-reason-decides", "7.3", "Not what the client's struct says of it.", guest =>
        {
            guest.LoadRealMode(0xE6, GuestCode.Mark, 0xE6, 0x55);
            Exit exit = guest.RunToPort(GuestCode.Mark);
            exit.Registers.SetGpr(RegisterState.Rip, exit.Rip + 2);
            Struct run = Structs.Run(guest.Revision, guest.Id, guest.ExitBytes, answers: true).U16(guest.Revision.RunReason, Exits.EptViolation).U8(guest.Revision.RunReady, 1);
            guest.Do(guest.Revision.Run, run);
            Check.Equal("the reason", Exits.Io, (int)run.U16(guest.Revision.RunReason));
            Check.Equal("vrp_irqready", (byte)0, run.U8(guest.Revision.RunReady));
            Check.Equal("the port", 0x55, exit.Port);
        }),
        OnVm(Revision.Baseline, "VMM_IOC_RUN/without-an-answer-the-port-comes-again", "7.3", "Only vrp_continue makes the client's struct count.", guest =>
        {
            guest.LoadRealMode(0xE4, GuestCode.Mark, 0xE6, 0x55);
            Exit exit = guest.RunToPort(GuestCode.Mark);
            ulong rip = exit.Rip;
            exit.Data = 0x77;
            exit.Registers.SetGpr(RegisterState.Rip, rip + 2);
            exit = guest.RunToPort(GuestCode.Mark);
            Check.Equal("RIP", rip, exit.Rip);
        }),
        OnVm(Revision.Baseline, "VMM_IOC_RUN/without-an-answer-old-bytes-may-come-again", "7.3", "An exit that has no data shows those of the last one that had.", guest =>
        {
            guest.LoadRealMode(0xE6, GuestCode.Mark, 0xFB, 0xF4); // out; sti; hlt
            guest.RunToPort(GuestCode.Mark);
            guest.ChangeRegisters(RegisterState.General, state => state.SetGpr(RegisterState.Rip, GuestCode.Start + 2));
            Check.Equal("the bytes where the port was", GuestCode.Mark, guest.RunTo(Exits.Halt).Port);
        }, also: "WRITEREGS"),
        OnVm(Revision.Newer, "VMM_IOC_RUN/always-takes-the-answer", "7.3", "There is no vrp_continue any more.", guest =>
        {
            guest.LoadRealMode(0xE6, GuestCode.Mark, 0xE6, 0x55);
            Exit exit = guest.RunToPort(GuestCode.Mark);
            exit.Registers.SetGpr(RegisterState.Rip, exit.Rip + 2);
            Check.Equal("the port", 0x55, guest.Run().Port);
        }),
        OnVm(Revision.Newer, "VMM_IOC_RUN/the-answer-wins-over-written-registers", "7.3", "After a port's exit RIP and RAX come from the exit structure.", guest =>
        {
            guest.LoadRealMode(0xE4, GuestCode.Mark, 0xE6, 0x55);
            Exit exit = guest.RunToPort(GuestCode.Mark);
            guest.ChangeRegisters(RegisterState.General, state => state.SetGpr(RegisterState.Rip, 0x5000).SetGpr(RegisterState.Rax, 1));
            exit.Data = 0x66;
            exit.Registers.SetGpr(RegisterState.Rip, exit.Rip + 2);
            exit = guest.RunToPort(0x55);
            Check.Equal("AL", 0x66u, exit.Data);
        }, also: "WRITEREGS"),
        OnVm(Revision.Newer, "VMM_IOC_RUN/consumed-data-comes-back-zero", "7.3", "An exit that has no data shows none.", guest =>
        {
            guest.LoadRealMode(0xE6, GuestCode.Mark, 0xFB, 0xF4);
            Exit exit = guest.RunToPort(GuestCode.Mark);
            exit.Registers.SetGpr(RegisterState.Rip, exit.Rip + 2);
            Check.Equal("the bytes where the port was", 0, guest.RunTo(Exits.Halt).Port);
        }),
        .. OnVm("VMM_IOC_RUN/written-registers-count", "7.6", "Between two runs a client may move the guest.", guest =>
        {
            guest.LoadRealMode(0xFB, 0xF4);
            guest.Write(0x5000, 0xE6, 0x55);
            guest.RunTo(Exits.Halt);
            guest.ChangeRegisters(RegisterState.General, state => state.SetGpr(RegisterState.Rip, 0x5000));
            guest.RunToPort(0x55);
        }, also: "WRITEREGS"),
    ];
}
