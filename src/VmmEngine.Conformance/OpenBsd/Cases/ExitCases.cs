using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Client;
using VmmEngine.Conformance.OpenBsd.Interface;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.OpenBsd.Interface.Structs;
using static VmmEngine.Conformance.OpenBsd.OpenBsdCase;

namespace VmmEngine.Conformance.OpenBsd.Cases;

/// <summary>Section 7.4: exits that need help, those that do not, and those that end the vCPU.</summary>
internal static class ExitCases
{
    private const ushort Dx = 0x1F0;
    private const string EmulatorEndsIt = "Where KVM emulates instructions it ends the run at this one instead of raising #UD.";

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        // Ports.
        .. Port("out-imm8-al", [0xE6, 0x55], 0x55, bytes: 1, isIn: false, encoding: 1),
        .. Port("out-imm8-ax", [0xE7, 0x55], 0x55, bytes: 2, isIn: false, encoding: 1),
        .. Port("out-imm8-eax", [0x66, 0xE7, 0x55], 0x55, bytes: 4, isIn: false, encoding: 1),
        .. Port("out-dx-al", [0xEE], Dx, bytes: 1, isIn: false, encoding: 0),
        .. Port("out-dx-eax", [0x66, 0xEF], Dx, bytes: 4, isIn: false, encoding: 0),
        .. Port("in-imm8-al", [0xE4, 0x55], 0x55, bytes: 1, isIn: true, encoding: 1),
        .. Port("in-dx-ax", [0xED], Dx, bytes: 2, isIn: true, encoding: 0),
        .. Port("in-dx-eax", [0x66, 0xED], Dx, bytes: 4, isIn: true, encoding: 0),
        .. Port("outsb", [0x6E], Dx, bytes: 1, isIn: false, isString: true),
        .. Port("rep-outsw", [0xF3, 0x6F], Dx, bytes: 2, isIn: false, isString: true, isRepeated: true),
        .. Port("insb", [0x6C], Dx, bytes: 1, isIn: true, isString: true),
        .. Port("rep-insd", [0xF3, 0x66, 0x6D], Dx, bytes: 4, isIn: true, isString: true, isRepeated: true),
        .. OnVm("exit/every-port-is-the-clients", "7.4", "The device has no devices.", guest =>
        {
            foreach (byte port in new byte[] { 0x20, 0x21, 0x40, 0x43, 0x60, 0x61, 0x64, 0x70, 0x71, 0x92, 0xA0, 0xFF })
            {
                guest.LoadRealMode(0xE4, port, 0xE6, port);
                guest.RunToPort(port);
            }
        }, also: "RUN"),

        // Halts.
        .. OnVm("exit/HLT", "7.4", "With interrupts enabled it is the client's, with RIP behind it.", guest =>
        {
            guest.LoadRealMode(0xFB, 0x90, 0xF4, 0xE6, 0x55); // sti; nop; hlt; out
            Exit exit = guest.RunTo(Exits.Halt);
            Check.Equal("RIP", GuestCode.Start + 3, exit.Rip);
            Check.Equal("vrp_irqready", true, exit.Ready);
            guest.RunToPort(0x55);
        }, also: "RUN"),
        .. OnVm("VMM_IOC_RUN/a-halt-for-good-is-EIO", "7.4", "With interrupts disabled nothing can end it.", guest =>
        {
            guest.LoadRealMode(GuestCode.HaltForGood);
            guest.ExpectRun(EIO);
            Check.Equal("the state", VmRecord.Terminated, guest.State);
        }),

        // Memory.
        .. OnVm("exit/device-memory-read", "7.4", "The client decodes the instruction: no address is given.", guest =>
        {
            guest.LoadRealMode(0x67, 0xA0, 0x00, 0x00, 0x10, 0x00, 0xF4);
            Exit exit = guest.RunTo(Exits.EptViolation);
            Check.Equal("vee_fault_type", Exits.MmioAssist, exit.FaultType);
            Check.Equal("vee_insn_info", 1, exit.FaultInformation);
            Check.Equal("vee_insn_len", 6, exit.FaultLength);
            Check.Equal("RIP", GuestCode.Start, exit.Rip);
            Check.Equal("the state", VmRecord.Stopped, guest.State);
        }, also: "RUN"),
        .. OnVm("exit/device-memory-write", "7.4", "A write as a read.", guest =>
        {
            guest.LoadRealMode(0x67, 0xA2, 0x08, 0x00, 0x10, 0x00, 0xE6, 0x55); // [100008h] = al; out
            Exit exit = guest.RunTo(Exits.EptViolation);
            Check.Equal("vee_fault_type", Exits.MmioAssist, exit.FaultType);
            Check.Equal("RIP", GuestCode.Start, exit.Rip);
            Check.Equal("the port after the answer", 0x55, guest.Answer(exit).Port);
        }, also: "RUN"),
        .. OnVm("exit/device-memory-in-64-bit-mode", "7.4", "With a whole register.", guest =>
        {
            guest.LoadLongMode(0x48, 0x8B, 0x04, 0x25, 0x10, 0x00, 0x10, 0x00, 0xE6, 0x55); // rax = [100010h]; out
            Exit exit = guest.RunTo(Exits.EptViolation);
            Check.Equal("vee_insn_len", 8, exit.FaultLength);
            exit.Registers.SetGpr(RegisterState.Rax, 0x1122_3344_5566_7788);
            exit = guest.Answer(exit);
            Check.Equal("RAX", 0x1122_3344_5566_7788UL, exit.Registers.Gpr(RegisterState.Rax));
        }, also: "RUN"),
        .. OnVm("VMM_IOC_RUN/an-address-in-no-range-is-EINVAL", "7.4", "The guest has nothing there, and its client neither.", guest =>
        {
            guest.LoadRealMode(0x67, 0xA0, 0x00, 0x00, 0x20, 0x00); // al = [200000h]
            guest.ExpectRun(EINVAL);
            Check.Equal("the state", VmRecord.Terminated, guest.State);
        }),
        .. OnVm("VMM_IOC_RUN/errors-tell-no-exit", "7.4", "What the run would say beside its error is not copied.", guest =>
        {
            guest.LoadRealMode(GuestCode.HaltForGood);
            guest.ExitBytes.Filled(0xEE);
            Struct run = Structs.Run(guest.Revision, guest.Id, guest.ExitBytes).U16(guest.Revision.RunReason, 0x1234);
            guest.Expect(EIO, guest.Revision.Run, run);
            Check.Equal("vrp_exit_reason", 0x1234, (int)run.U16(guest.Revision.RunReason));
            Check.That("the exit structure", guest.ExitBytes.Bytes.IndexOfAnyExcept((byte)0xEE) < 0, "as it was", "changed");
        }),
        .. OnVm("VMM_IOC_RUN/without-a-reset-the-guest-is-nowhere", "7.4", "A new vCPU begins where a processor does, and there nothing is.", guest =>
        {
            guest.ExpectRun(EINVAL);
            Check.Equal("the state", VmRecord.Terminated, guest.State);
        }),

        // Ends.
        .. OnVm("exit/triple-fault", "7.4", "The vCPU is stopped.", guest =>
        {
            guest.LoadLongMode(0x0F, 0x0B); // ud2
            guest.ChangeRegisters(RegisterState.Segments, state => state.SetIdtr(0, 0));
            guest.RunTo(Exits.TripleFault);
            Check.Equal("the state", VmRecord.Stopped, guest.State);
        }, also: "RUN"),

        // What comes with every return.
        .. OnVm("exit/carries-all-registers", "7.4", "As if the client had read them.", guest =>
        {
            guest.LoadLongMode(0xE6, 0x55);
            guest.ChangeRegisters(RegisterState.General | RegisterState.Debug, state => state.SetGpr(RegisterState.Rdi, 0x1122_3344_5566_7788).SetDr(2, 0x4444));
            Exit exit = guest.RunToPort(0x55);
            RegisterState read = guest.ReadRegisters();
            foreach (ulong group in RegisterState.Groups.Keys)
            {
                // CR8 is in no group, and what an exit says of it is nothing to rely on.
                Span<byte> seen = exit.Registers.Group(group).ToArray();
                Span<byte> wanted = read.Group(group).ToArray();
                if (group == RegisterState.Control)
                {
                    seen.Slice(RegisterState.Cr8 * 8, 8).Clear();
                    wanted.Slice(RegisterState.Cr8 * 8, 8).Clear();
                }

                Check.Bytes($"the group of mask {group}", wanted, seen);
            }
        }, also: "RUN READREGS"),
        .. OnVm("exit/privilege-level-0", "7.4", "In real mode, and in a kernel.", guest =>
        {
            guest.LoadRealMode(0xE6, 0x55);
            Check.Equal("cpl in real mode", 0, guest.RunToPort(0x55).Privilege);
            guest.LoadLongMode(0xE6, 0x55);
            Check.Equal("cpl in 64-bit mode", 0, guest.RunToPort(0x55).Privilege);
        }, also: "RUN"),
        .. OnVm("exit/privilege-level-3", "7.4", "In a process of the guest's.", guest =>
        {
            guest.LoadLongMode(0xE6, 0x55);
            guest.ChangeRegisters(RegisterState.Segments | RegisterState.General, state =>
            {
                state.SetSegment(RegisterState.Cs, 0x33, 0, uint.MaxValue, 0xA0FB).SetSegment(RegisterState.Ss, 0x2B, 0, uint.MaxValue, 0xC0F3);
                state.SetGpr(RegisterState.Rflags, 0x3002); // IOPL 3: ports are allowed
            });
            Check.Equal("cpl", 3, guest.RunToPort(0x55).Privilege);
        }, also: "RUN"),
        .. OnVm("exit/a-yield-is-NONE", "7.4", "A guest that goes on and on comes back now and then, with nothing to help with.", guest =>
        {
            guest.LoadRealMode(CountForever);
            Check.Equal("success", 0, guest.TryRun(out Exit exit));
            Check.Equal("the reason", Exits.None, exit.Reason);
            Check.Equal("the state", VmRecord.Stopped, guest.State);
            uint before = guest.Counter;
            Check.Equal("RIP, less the offset in the loop", GuestCode.Start, exit.Rip & ~0xFUL);
            guest.TryRun(out _, answers: true);
            Check.That("the counter", guest.Counter != before, "higher", "the same");
        }, also: "RUN"),

        // What is handled inside.
        .. Inside("a-write-to-CR0", [0x0F, 0x20, 0xC0, 0x0D, 0x02, 0x00, 0x0F, 0x22, 0xC0]), // mov eax, cr0; or ax, 2; mov cr0, eax
        .. Inside("CPUID", [0x31, 0xC0, 0x0F, 0xA2]),
        .. Inside("RDTSC", [0x0F, 0x31]),
        .. Inside("WBINVD", [0x0F, 0x09]),
        .. Inside("INVD", [0x0F, 0x08]),
        .. Inside("PAUSE", [0xF3, 0x90]),
        .. Inside("writing-an-unknown-MSR", [0x66, 0xB9, 0x77, 0x66, 0x55, 0x04, 0x0F, 0x30]), // ecx = 4556677h; wrmsr
        .. Raised("reading-an-unknown-MSR", 13, [0x66, 0xB9, 0x77, 0x66, 0x55, 0x04, 0x0F, 0x32]),
        .. Raised("VMXON", 6, [0xF3, 0x0F, 0xC7, 0x36, 0x00, 0x40], onKvm: EmulatorEndsIt),
        .. Raised("VMCALL", 6, [0x0F, 0x01, 0xC1], onKvm: "KVM has hypercalls of its own, and answers them."),
        .. Raised("VMRUN", 6, [0x0F, 0x01, 0xD8]),
        .. Raised("MONITOR", 6, [0x0F, 0x01, 0xC8], onKvm: EmulatorEndsIt),
        .. Raised("MWAIT", 6, [0x0F, 0x01, 0xC9], onKvm: EmulatorEndsIt),
    ];

    // inc dword [9000h]; jmp back
    private static byte[] CountForever => [.. GuestCode.CountForever];

    private static IEnumerable<ConformanceCase> Port(
        string name, byte[] code, int port, int bytes, bool isIn, int encoding = -1, bool isString = false, bool isRepeated = false) =>
        OnVm($"exit/IO-{name}", "7.4", "What the client is told of a port's instruction; it is left to carry it out.", guest =>
        {
            guest.LoadRealMode([.. code, 0xE6, 0x77]);
            guest.ChangeRegisters(RegisterState.General, state => state.SetGpr(RegisterState.Rax, 0x8765_4321).SetGpr(RegisterState.Rdx, Dx)
                .SetGpr(RegisterState.Rcx, 3).SetGpr(RegisterState.Rsi, 0x4000).SetGpr(RegisterState.Rdi, 0x4000));
            Exit exit = guest.RunToPort(port);
            Check.Equal("vei_size", bytes, exit.PortBytes);
            Check.Equal("vei_dir, in", isIn, exit.IsIn);
            Check.Equal("vei_string", isString, exit.IsString);
            Check.Equal("vei_rep", isRepeated, exit.IsRepeated);
            Check.Equal("vei_insn_len", code.Length, exit.PortLength);
            Check.Equal("RIP", GuestCode.Start, exit.Rip);
            Check.Equal("RCX", 3UL, exit.Registers.Gpr(RegisterState.Rcx));
            if (!isString)
            {
                Check.Equal("vei_encoding", encoding, exit.Encoding);
                Check.Equal("vei_data: EAX", 0x8765_4321u, exit.Data);
            }

            Check.Equal("the port behind it", 0x77, guest.Answer(exit).Port);
        }, also: "RUN");

    private static IEnumerable<ConformanceCase> Inside(string what, byte[] code) =>
        OnVm($"exit/no-exit-for-{what}", "7.4", "The device handles it, and the guest goes on behind it.", guest =>
        {
            guest.LoadRealMode([.. code, 0xE6, 0x77]);
            guest.RunToPort(0x77);
        }, also: "RUN");

    private static IEnumerable<ConformanceCase> Raised(string what, byte vector, byte[] code, string? onKvm = null) =>
        OnVm($"exit/{what}-is-exception-{vector}", "7.4", "The guest's own handler gets it.", guest =>
        {
            if (onKvm is not null)
            {
                SkipOnKvm(guest.Host, onKvm);
            }

            guest.LoadRealMode([.. code, 0xE6, 0x77]);
            guest.RunToHandler(vector);
        }, also: "RUN");
}
