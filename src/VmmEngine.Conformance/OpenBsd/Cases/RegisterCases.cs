using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 7.6: registers.</summary>
internal static class RegisterCases
{
    private const ulong Canonical = 0xFFFF_8000_1234_5000;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        .. OnVm("VMM_IOC_READREGS/leaves-other-groups-as-passed", "7.6", "Only the mask's groups are written.", guest =>
        {
            guest.LoadRealMode(0xF4);
            foreach (ulong mask in RegisterState.Groups.Keys)
            {
                Struct argument = Registers(guest.Id, mask, out RegisterState state);
                argument.Bytes[16..].Fill(0xEE);
                guest.Do(guest.Revision.ReadRegisters, argument);
                foreach (ulong group in RegisterState.Groups.Keys)
                {
                    bool untouched = state.Group(group).IndexOfAnyExcept((byte)0xEE) < 0;
                    Check.That($"the group of mask {group}, read with mask {mask}", untouched == (group != mask), group == mask ? "written" : "as it was", untouched ? "as it was" : "written");
                }
            }
        }),
        .. OnVm("VMM_IOC_READREGS/unknown-mask-bits-are-ignored", "7.6", "As no bits at all.", guest =>
        {
            Struct argument = Registers(guest.Id, ~RegisterState.All, out RegisterState state);
            argument.Bytes[16..].Fill(0xEE);
            guest.Do(guest.Revision.ReadRegisters, argument);
            Check.That("the registers", argument.Bytes[16..].IndexOfAnyExcept((byte)0xEE) < 0, "as they were", "changed");
            Check.Equal("RAX's place", 0xEEEE_EEEE_EEEE_EEEE, state.Gpr(RegisterState.Rax));
        }),
        .. OnVm("VMM_IOC_WRITEREGS/unknown-mask-bits-are-ignored", "7.6", "As no bits at all.", guest =>
        {
            guest.LoadRealMode(0xF4);
            guest.WriteRegisters(~RegisterState.All, state => state.SetGpr(RegisterState.Rax, 7));
            Check.Equal("RAX", 0UL, guest.ReadRegisters().Gpr(RegisterState.Rax));
        }),
        .. OnVm("VMM_IOC_WRITEREGS/leaves-other-groups-alone", "7.6", "Only the mask's groups are taken.", guest =>
        {
            guest.LoadRealMode(0xF4);
            RegisterState before = guest.ReadRegisters();
            guest.WriteRegisters(RegisterState.General, state => state.SetGpr(RegisterState.Rax, 7).SetGpr(RegisterState.Rflags, 2));
            RegisterState after = guest.ReadRegisters();
            foreach (ulong group in RegisterState.Groups.Keys.Where(group => group != RegisterState.General))
            {
                Check.Bytes($"the group of mask {group}", before.Group(group), after.Group(group));
            }

            Check.Equal("RAX", 7UL, after.Gpr(RegisterState.Rax));
        }),
        .. OnVm("VMM_IOC_WRITEREGS/general-registers", "7.6", "18 of 64 bits, in the order in which instructions number them.", guest =>
        {
            guest.LoadRealMode(0xF4);
            guest.WriteRegisters(RegisterState.General, state =>
            {
                for (int register = 0; register < RegisterState.Rip; register++)
                {
                    state.SetGpr(register, Canonical + (ulong)register);
                }

                state.SetGpr(RegisterState.Rip, 0x1234).SetGpr(RegisterState.Rflags, 0x46);
            });
            RegisterState seen = guest.ReadRegisters(RegisterState.General);
            for (int register = 0; register < RegisterState.Rip; register++)
            {
                Check.Equal($"register {register}", Canonical + (ulong)register, seen.Gpr(register));
            }

            Check.Equal("RIP", 0x1234UL, seen.Gpr(RegisterState.Rip));
            Check.Equal("RFLAGS", 0x46UL, seen.Gpr(RegisterState.Rflags));
        }, also: "READREGS"),
        .. OnVm("registers/are-the-guests-in-this-order", "7.6", "A predecessor had others, with the same sizes.", guest =>
        {
            guest.LoadRealMode(0x88, 0xC8, 0x00, 0xD0, 0x00, 0xD8, 0xE6, 0x55); // al = cl; al += dl; al += bl; out
            guest.ChangeRegisters(RegisterState.General, state =>
                state.SetGpr(RegisterState.Rcx, 0x01).SetGpr(RegisterState.Rdx, 0x10).SetGpr(RegisterState.Rbx, 0x40));
            Check.Equal("AL", 0x51u, guest.RunToPort(0x55).Data & 0xFF);
        }, also: "WRITEREGS RUN"),
        .. OnVm("registers/segments-in-this-order", "7.6", "ES, CS, SS, DS, FS, GS: a predecessor had another.", guest =>
        {
            guest.LoadRealMode(0x8C, 0xC0, 0xE7, 0x55, 0x8C, 0xD8, 0xE7, 0x56, 0x8C, 0xE0, 0xE7, 0x57); // out es; out ds; out fs
            guest.ChangeRegisters(RegisterState.Segments, state => state.SetSegment(RegisterState.Es, 0x11, 0x110, 0xFFFF, 0x93)
                .SetSegment(RegisterState.Ds, 0x33, 0x330, 0xFFFF, 0x93).SetSegment(RegisterState.Fs, 0x44, 0x440, 0xFFFF, 0x93));
            Exit exit = guest.RunToPort(0x55);
            Check.Equal("ES", 0x11u, exit.Data & 0xFFFF);
            exit = guest.Answer(exit);
            Check.Equal("DS", 0x33u, exit.Data & 0xFFFF);
            exit = guest.Answer(exit);
            Check.Equal("FS", 0x44u, exit.Data & 0xFFFF);
        }, also: "WRITEREGS RUN"),
        .. OnVm("VMM_IOC_WRITEREGS/segments", "7.6", "Selector, limit, access rights and base, and the two tables.", guest =>
        {
            guest.LoadRealMode(0xF4);
            guest.ChangeRegisters(RegisterState.Segments, state => state.SetSegment(RegisterState.Gs, 0x66, Canonical, 0xF_FFFF, 0x8093).SetGdtr(Canonical, 0x1FF).SetIdtr(0x4000, 0x2FF));
            RegisterState seen = guest.ReadRegisters(RegisterState.Segments);
            Check.Equal("GS's selector", (ushort)0x66, seen.Selector(RegisterState.Gs));
            Check.Equal("GS's base", Canonical, seen.Base(RegisterState.Gs));
            Check.Equal("GS's access rights", 0x8093u, seen.Access(RegisterState.Gs));
            Check.Equal("GDTR's base", Canonical, seen.GdtrBase);
            Check.Equal("GDTR's limit", 0x1FFu, seen.GdtrLimit);
            Check.Equal("IDTR's base", 0x4000UL, seen.IdtrBase);
            Check.Equal("IDTR's limit", 0x2FFu, seen.IdtrLimit);
        }, also: "READREGS"),
        .. OnVm("VMM_IOC_WRITEREGS/CR2-is-only-read", "7.6", "What is written is ignored.", guest =>
        {
            guest.LoadRealMode(0xF4);
            ulong before = guest.ReadRegisters().Cr(RegisterState.Cr2);
            guest.ChangeRegisters(RegisterState.Control, state => state.SetCr(RegisterState.Cr2, 0x9999));
            Check.Equal("CR2", before, guest.ReadRegisters().Cr(RegisterState.Cr2));
        }, also: "READREGS"),
        .. OnVm("VMM_IOC_READREGS/CR8-is-never-read", "7.6", "Its place stays as it was passed.", guest =>
        {
            guest.LoadRealMode(0xF4);
            Struct argument = Registers(guest.Id, RegisterState.Control, out RegisterState state);
            state.SetCr(RegisterState.Cr8, 0x77);
            guest.Do(guest.Revision.ReadRegisters, argument);
            Check.Equal("CR8's place", 0x77UL, state.Cr(RegisterState.Cr8));
        }),
        .. OnVm("VMM_IOC_WRITEREGS/control-registers", "7.6", "CR0, CR3, CR4, XCR0 and the page-directory pointers.", guest =>
        {
            guest.LoadRealMode(0xF4);
            guest.ChangeRegisters(RegisterState.Control, state => state.SetCr(RegisterState.Cr3, 0x5000).SetCr(RegisterState.Cr4, 0x20).SetCr(RegisterState.Xcr0, 3)
                .SetCr(RegisterState.Pdpte0, 0x6001).SetCr(RegisterState.Pdpte0 + 3, 0x9001));
            RegisterState seen = guest.ReadRegisters(RegisterState.Control);
            Check.Equal("CR3", 0x5000UL, seen.Cr(RegisterState.Cr3));
            Check.Equal("CR4's PAE", 0x20UL, seen.Cr(RegisterState.Cr4) & 0x20);
            Check.Equal("XCR0", 3UL, seen.Cr(RegisterState.Xcr0));
            Check.Equal("PDPTE0", 0x6001UL, seen.Cr(RegisterState.Pdpte0));
            Check.Equal("PDPTE3", 0x9001UL, seen.Cr(RegisterState.Pdpte0 + 3));
        }, also: "READREGS"),
        .. OnVm("VMM_IOC_WRITEREGS/seven-MSRs", "7.6", "All are read as written; EFER's bits can be cleared.", guest =>
        {
            guest.LoadRealMode(0xF4);
            guest.WriteRegisters(RegisterState.Msrs, state =>
            {
                state.SetMsr(RegisterState.Efer, 0x801).SetMsr(RegisterState.Sfmask, 0x200).SetMsr(RegisterState.MiscEnable, 1).SetMsr(RegisterState.Star, 0x0023_0010_0000_0000);
                foreach (int register in new[] { RegisterState.Lstar, RegisterState.Cstar, RegisterState.KernelGsBase })
                {
                    state.SetMsr(register, Canonical + (ulong)register);
                }
            });
            RegisterState seen = guest.ReadRegisters(RegisterState.Msrs);
            Check.Equal("EFER", 0x801UL, seen.Msr(RegisterState.Efer));
            Check.Equal("STAR", 0x0023_0010_0000_0000UL, seen.Msr(RegisterState.Star));
            Check.Equal("SFMASK", 0x200UL, seen.Msr(RegisterState.Sfmask));
            Check.Equal("MISC_ENABLE", 1UL, seen.Msr(RegisterState.MiscEnable));
            foreach (int register in new[] { RegisterState.Lstar, RegisterState.Cstar, RegisterState.KernelGsBase })
            {
                Check.Equal($"register {register}", Canonical + (ulong)register, seen.Msr(register));
            }

            guest.ChangeRegisters(RegisterState.Msrs, state => state.SetMsr(RegisterState.Efer, 0));
            Check.Equal("EFER, cleared", 0UL, guest.ReadRegisters(RegisterState.Msrs).Msr(RegisterState.Efer));
        }, also: "READREGS"),
        .. OnVm("VMM_IOC_WRITEREGS/debug-registers", "7.6", "All six.", guest =>
        {
            guest.LoadRealMode(0xF4);
            guest.ChangeRegisters(RegisterState.Debug, state =>
            {
                for (int register = 0; register < 4; register++)
                {
                    state.SetDr(register, 0x1000 + (ulong)register);
                }
            });
            RegisterState seen = guest.ReadRegisters(RegisterState.Debug);
            for (int register = 0; register < 4; register++)
            {
                Check.Equal($"DR{register}", 0x1000 + (ulong)register, seen.Dr(register));
            }

            Check.Equal("DR7", 0x400UL, seen.Dr(RegisterState.Dr7));
        }, also: "READREGS"),
        .. OnVm("VMM_IOC_WRITEREGS/impossible-values-is-EINVAL", "7.6", "What no processor takes.", guest =>
        {
            guest.LoadRealMode(0xF4);
            Struct argument = guest.Do(guest.Revision.ReadRegisters, Registers(guest.Id, RegisterState.Control, out RegisterState state));
            state.SetCr(RegisterState.Cr0, 0x8000_0010); // PG without PE
            guest.Expect(EINVAL, guest.Revision.WriteRegisters, argument);
        }),
    ];
}
