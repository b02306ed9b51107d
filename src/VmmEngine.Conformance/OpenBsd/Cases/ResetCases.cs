using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 7.2: resetting a vCPU.</summary>
internal static class ResetCases
{
    private const ulong BigValue = 0x0123_4567_89AB_CDEF;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. OnVm("VMM_IOC_RESETCPU/writes-every-group", "7.2", "What is passed is what is read, but for what no group has.", guest =>
        {
            Action<RegisterState> fill = state => state.SetRealMode().SetGpr(RegisterState.Rbx, BigValue).SetCr(RegisterState.Cr3, 0x7000).SetMsr(RegisterState.Star, BigValue)
                .SetMsr(RegisterState.MiscEnable, 1).SetDr(1, 0x5678).SetSegment(RegisterState.Es, 0x33, 0x330, 0xFFFF, 0x93);
            guest.Reset(fill);
            RegisterState seen = guest.ReadRegisters();
            Struct expected = new(RegisterState.Size);
            fill(new RegisterState(expected, 0));
            RegisterState wanted = new(expected, 0);
            foreach (ulong group in new[] { RegisterState.General, RegisterState.Segments, RegisterState.Msrs, RegisterState.Debug })
            {
                Check.Bytes($"the group of mask {group}", wanted.Group(group), seen.Group(group));
            }

            Check.Equal("CR3", 0x7000UL, seen.Cr(RegisterState.Cr3));
        }, also: "READREGS"),
        .. OnVm("VMM_IOC_RESETCPU/XCR0-becomes-x87-alone", "7.2", "Whatever was passed.", guest =>
        {
            guest.Reset(state => state.SetRealMode().SetCr(RegisterState.Xcr0, 7));
            Check.Equal("XCR0", 1UL, guest.ReadRegisters().Cr(RegisterState.Xcr0));
        }, also: "READREGS"),
        .. OnVm("VMM_IOC_RESETCPU/is-where-the-guest-begins", "7.2", "The reset vector is the client's affair.", guest =>
        {
            guest.LoadRealMode(0xF4);
            guest.Write(0x5000, 0xE6, GuestCode.Mark);
            guest.Reset(state => state.SetRealMode(0x5000));
            Check.Equal("RIP", 0x5000UL, guest.RunToPort(GuestCode.Mark).Rip);
        }, also: "RUN"),
        .. OnVm("VMM_IOC_RESETCPU/forgets-what-was-pending", "7.2", "A port's exit before it is not answered after it.", guest =>
        {
            guest.LoadRealMode(0xE4, GuestCode.Mark, 0xE6, GuestCode.Mark); // in al; out al
            Exit exit = guest.RunToPort(GuestCode.Mark);
            exit.Data = 0x77;
            guest.Reset(state => state.SetRealMode(GuestCode.Start + 2).SetGpr(RegisterState.Rax, 0x11));
            Check.Equal("AL", 0x11u, guest.RunToPort(GuestCode.Mark).Data);
        }, also: "RUN"),
        OnVm(Revision.Baseline, "VMM_IOC_RESETCPU/no-VPID-left-is-EIO", "7.2", "Every reset takes one, and the last alone comes back.", guest =>
        {
            guest.Reset(state => state.SetRealMode());
            guest.Reset(state => state.SetRealMode());
            guest.ExpectReset(EIO);
            guest.Terminate();
            guest.Host.CreateUsual().Reset(state => state.SetRealMode());
        }, new SystemSetup { VpidLimit = 2 }),
        OnVm(Revision.Newer, "VMM_IOC_RESETCPU/takes-no-VPID", "7.2", "The vCPU has its own since its creation.", guest =>
        {
            for (int i = 0; i < 10; i++)
            {
                guest.Reset(state => state.SetRealMode());
            }
        }, new SystemSetup { VpidLimit = 1 }),
        OnHost(Revision.Newer, "VMM_IOC_CREATE/no-VPID-left-is-ENOMEM", "7.2", "It is a vCPU's, as its memory is.", host =>
        {
            Guest first = host.CreateUsual();
            host.ExpectCreate(ENOMEM, [new MemoryRange(0, 4096)]);
            first.Terminate();
            host.CreateUsual();
        }, new SystemSetup { VpidLimit = 1 }),
        .. OnVm("VMM_IOC_RESETCPU/impossible-registers-is-EIO", "7.2", "What no processor takes.", guest =>
            guest.ExpectReset(EIO, state => state.SetRealMode().SetCr(RegisterState.Cr0, 0x8000_0010))), // PG without PE
        .. OnVm("VMM_IOC_RESETCPU/after-a-triple-fault", "7.4", "The vCPU is stopped, not ended.", guest =>
        {
            guest.LoadLongMode(0x0F, 0x0B); // ud2
            guest.ChangeRegisters(RegisterState.Segments, state => state.SetIdtr(0, 0));
            guest.RunTo(Exits.TripleFault);
            Check.Equal("the state", VmRecord.Stopped, guest.State);
            guest.LoadRealMode(0xE6, GuestCode.Mark);
            guest.RunToPort(GuestCode.Mark);
        }, also: "RUN"),
    ];
}
