using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Sections 5 and 5.1: the command that runs a vCPU, and where the guest goes on.</summary>
internal static class RunCases
{
    /// <summary>mov al, 41h; out 98h, al; mov al, 42h; out 98h, al; jmp to itself.</summary>
    private static ReadOnlySpan<byte> TwoOutputs => [0xB0, 0x41, 0xE6, 0x98, 0xB0, 0x42, 0xE6, 0x98, 0xEB, 0xFE];

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm("VM_RUN/goes-on-behind-a-completed-exit", "5.1", "The client does not add the length.", vm =>
        {
            vm.LoadRealMode(TwoOutputs);
            Check.Equal("the first byte", (byte)0x41, vm.RunToPort(GuestCode.Mark));
            Check.Equal("the second byte", (byte)0x42, vm.RunToPort(GuestCode.Mark));
        }),
        OnVm("VM_RUN/RIP-is-the-exiting-instructions", "5.1", "Read through the register command, RIP is architectural.", vm =>
        {
            vm.LoadRealMode(TwoOutputs);
            Exit exit = vm.RunTo(Exits.Inout);
            Check.Equal("rip of the exit", GuestCode.Start + 2, exit.Rip);
            Check.Equal("RIP", GuestCode.Start + 2, vm.Get(Registers.Rip));
            vm.RunToPort(GuestCode.Mark); // reading it has not changed where the guest goes on
        }, also: "VM_GET_REGISTER"),
        OnVm("VM_RUN/a-written-RIP-is-where-it-goes-on", "5.1", "Writing RIP moves the guest.", vm =>
        {
            vm.LoadRealMode(TwoOutputs);
            vm.RunToPort(GuestCode.Mark);
            vm.Set(Registers.Rip, GuestCode.Start);
            Check.Equal("the byte", (byte)0x41, vm.RunToPort(GuestCode.Mark));
        }, also: "VM_SET_REGISTER"),
        OnVm("VM_RUN/setting-RIP-to-itself-repeats", "5.1", "Even to where it is.", vm =>
        {
            vm.LoadRealMode(TwoOutputs);
            vm.RunToPort(GuestCode.Mark);
            vm.Set(Registers.Rip, vm.Get(Registers.Rip));
            Check.Equal("the byte", (byte)0x41, vm.RunToPort(GuestCode.Mark));
        }, also: "VM_SET_REGISTER"),
        OnVm("VM_RESTART_INSTRUCTION/repeats", "5.1", "The exiting instruction is executed again.", vm =>
        {
            vm.LoadRealMode(TwoOutputs);
            vm.RunToPort(GuestCode.Mark);
            vm.Do(VM_RESTART_INSTRUCTION, Int(0));
            Check.Equal("the byte", (byte)0x41, vm.RunToPort(GuestCode.Mark));
            Check.Equal("the next byte", (byte)0x42, vm.RunToPort(GuestCode.Mark));
        }, also: "VM_RUN"),
        OnVm("VM_RESTART_INSTRUCTION/without-an-exit", "8", "It always succeeds.", vm =>
        {
            vm.Do(VM_RESTART_INSTRUCTION, Int(1));
            vm.LoadRealMode(TwoOutputs);
            vm.Do(VM_RESTART_INSTRUCTION, Int(0));
            vm.RunToPort(GuestCode.Mark);
        }),
        OnVm("VM_RUN/unwritable-exit-is-EFAULT", "5", "Where the exit goes is the client's memory.", vm =>
        {
            vm.LoadRealMode(TwoOutputs);
            vm.Expect(EFAULT, VM_RUN, Run(0, BadPointer));
            vm.Expect(EFAULT, VM_RUN, Run(0, 0));
        }),
        OnVm("VM_RUN/checks-come-before-the-pointer-and-is-EINVAL", "5", "A vCPU that is not active does not run, wherever the exit was to go.",
            vm => vm.Expect(EINVAL, VM_RUN, Run(0, BadPointer))),
        OnVm("VM_RUN/the-argument-is-input-only", "5", "The struct is not written.", vm =>
        {
            vm.LoadRealMode(TwoOutputs);
            Struct exit = new(Exits.Size);
            Struct argument = Run(0, exit);
            byte[] before = argument.Snapshot();
            vm.Do(VM_RUN, argument);
            Check.Bytes("the argument", before, argument.Bytes);
        }),
        OnVm("VM_RUN/the-exit-has-136-bytes", "5", "All of them are written, and none behind.", vm =>
        {
            vm.LoadRealMode(TwoOutputs);
            Struct exit = new Struct(Exits.Size + 8).Filled(0xEE);
            do
            {
                vm.Do(VM_RUN, Run(0, exit));
            }
            while (exit.I32(0) is Exits.ReqIdle or Exits.Bogus);

            Check.Equal("behind the exit", 0xEEEE_EEEE_EEEE_EEEEUL, exit.U64(Exits.Size));
            Check.Bytes("the unused end of the exit", new byte[8], exit.Bytes.Slice(Exits.Size - 8, 8));
        }),
        OnVm("VM_RUN/errors-give-no-exit", "5", "On an error nothing is copied.", vm =>
        {
            Struct exit = new Struct(Exits.Size).Filled(0xEE);
            vm.Expect(EINVAL, VM_RUN, Run(0, exit));
            Check.Bytes("the exit", new Struct(Exits.Size).Filled(0xEE).Bytes, exit.Bytes);
        }),
        OnVm("VM_RUN_13/gives-the-exit-inline", "3.4", "The older form has the exit behind the id.", vm =>
        {
            vm.LoadRealMode(TwoOutputs);
            Struct argument = new(144);
            do
            {
                vm.Do(VM_RUN_13, argument);
            }
            while (argument.I32(8) is Exits.ReqIdle or Exits.Bogus);

            Check.Equal("the exit code", Exits.Inout, argument.I32(8));
            Check.Equal("the length", 2, argument.I32(12));
            Check.Equal("rip", GuestCode.Start + 2, argument.U64(16));
            Check.Equal("the port", GuestCode.Mark, argument.U16(8 + 18));
        }),
        OnVm("VM_RUN_13/not-active-is-EINVAL", "5", "As the newer form.", vm => vm.Expect(EINVAL, VM_RUN_13, new Struct(144))),
        OnVm("VM_RUN/a-write-to-read-only-memory-is-EFAULT", "5.2", "Memory is there, so it is no device: the run ends.", vm =>
        {
            // mov byte [200000h], 55h; jmp to itself
            vm.LoadRealMode(0x67, 0xC6, 0x05, 0x00, 0x00, 0x20, 0x00, 0x55, 0xEB, 0xFE);
            vm.AddMemory(4096, 0x20_0000, segment: 1, protection: ProtRead | ProtExecute);
            vm.ExpectRun(EFAULT);
            Check.Bytes("the memory", [0], vm.Read(0x20_0000, 1));
        }, also: "VM_MMAP_MEMSEG"),
        OnVm("VM_RUN/reads-read-only-memory", "5.2", "Reading it is what it is for.", vm =>
        {
            // mov al, [200000h]; out 98h, al
            vm.LoadRealMode(0x67, 0x8A, 0x05, 0x00, 0x00, 0x20, 0x00, 0xE6, 0x98);
            vm.AddMemory(4096, 0x20_0000, segment: 1, protection: ProtRead | ProtExecute);
            Check.Equal("the byte", (byte)0, vm.RunToPort(GuestCode.Mark));
        }),
        OnVm("VM_RUN/string-IO-outside-64-bit-mode-is-EINVAL", "5.2", "Upstream asks no client to walk segments.", vm =>
        {
            vm.LoadRealMode(0xBA, 0x98, 0x00, 0x6E, 0xEB, 0xFE); // mov dx, 98h; outsb; jmp to itself
            vm.ExpectRun(EINVAL);
        }),
        OnVm("VM_RUN/two-vCPUs-at-once", "4", "Each on its thread, in the same memory.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            vm.Write(0x4000, 0xB0, 0x07, 0xE6, GuestCode.Mark, 0xEB, 0xFE); // mov al, 7; out 98h, al; jmp to itself
            vm.StartRealMode(1, 0x4000);
            vm.EnterCounting();
            Check.Equal("vCPU 1's byte", (byte)7, vm.RunToPort(GuestCode.Mark, 1));
            vm.AwaitCounting();
        }),
    ];
}
