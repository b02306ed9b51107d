using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Sections 5.2 and 5.3: exits that reach the client, produced by guests of a few instructions.</summary>
internal static class ExitCases
{
    private const string Kvm = "kvm";
    private const uint KvmEmulationFailure = 1; // KVM_INTERNAL_ERROR_EMULATION
    private const int DataSegment = 25;
    private const int ExtraSegment = 22;

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm("exit/INOUT-out", "5.3", "Size, direction, port, and EAX.", vm =>
        {
            // mov al, 41h; out 98h, al; mov dx, 3020h; out dx, ax; out dx, eax
            vm.LoadRealMode(0xB0, 0x41, 0xE6, 0x98, 0xBA, 0x20, 0x30, 0xEF, 0x66, 0xEF);
            vm.Set(Registers.Rax, 0x1122_3344);
            Exit exit = vm.RunTo(Exits.Inout);
            Check.Equal("length, rip", (2, GuestCode.Start + 2), (exit.Length, exit.Rip));
            Check.Equal("bytes, in, port, EAX", (1, false, 0x98, 0x1122_3341U), (exit.PortBytes, exit.IsIn, exit.Port, exit.Eax));
            exit = vm.RunTo(Exits.Inout);
            Check.Equal("length, rip, bytes, port", (1, GuestCode.Start + 7, 2, 0x3020), (exit.Length, exit.Rip, exit.PortBytes, exit.Port));
            exit = vm.RunTo(Exits.Inout);
            Check.Equal("length, bytes, EAX", (2, 4, 0x1122_3341U), (exit.Length, exit.PortBytes, exit.Eax));
        }, also: "VM_RUN"),
        OnVm("exit/INOUT-in", "5.3", "The client puts the value into RAX and runs on.", vm =>
        {
            vm.LoadRealMode(0xE4, 0x98, 0x88, 0xC3, 0xE6, 0x99); // in al, 98h; mov bl, al; out 99h, al
            vm.Set(Registers.Rax, 0x1234);
            Exit exit = vm.RunTo(Exits.Inout);
            Check.Equal("bytes, in, port", (1, true, 0x98), (exit.PortBytes, exit.IsIn, exit.Port));
            Check.Equal("RAX", 0x1234UL, vm.Get(Registers.Rax));
            vm.Set(Registers.Rax, 0x1256);
            Check.Equal("the byte that the guest has read", (byte)0x56, vm.RunToPort(0x99));
            Check.Equal("BL", 0x56UL, vm.Get(Registers.Rbx) & 0xFF);
        }, also: "VM_RUN"),
        OnVm("exit/INOUT-in-that-is-ignored", "5.1", "RAX is the client's to set; untouched it stays.", vm =>
        {
            vm.LoadRealMode(0xE4, 0x98, 0xE6, 0x99); // in al, 98h; out 99h, al
            vm.Set(Registers.Rax, 0x77);
            vm.RunTo(Exits.Inout);
            Check.Equal("the byte", (byte)0x77, vm.RunToPort(0x99));
        }, also: "VM_RUN"),
        OnVm("exit/INOUT_STR-out", "5.3", "In 64-bit mode a string access comes with its address, count and paging.", vm =>
        {
            // mov dx, 98h; mov esi, 5000h; outsb
            vm.LoadLongMode(0x66, 0xBA, 0x98, 0x00, 0xBE, 0x00, 0x50, 0x00, 0x00, 0x6E);
            Struct fields = vm.RunTo(Exits.InoutString).Fields;
            Check.Equal("bytes, in, string, repeated", 0x11, fields.U16(16) & 0x3F);
            Check.Equal("port", 0x98, fields.U16(18));
            CheckPaging(fields, 24);
            Check.Equal("index, count", (0x5000UL, 1UL), (fields.U64(64), fields.U64(72)));
            Check.Equal("address size, segment", (8, DataSegment), (fields.I32(80), fields.I32(84)));
        }, also: "VM_RUN"),
        OnVm("exit/INOUT_STR-repeated-in", "5.3", "The count is RCX.", vm =>
        {
            // mov dx, 98h; mov edi, 5000h; mov ecx, 3; rep insw
            vm.LoadLongMode(0x66, 0xBA, 0x98, 0x00, 0xBF, 0x00, 0x50, 0x00, 0x00, 0xB9, 0x03, 0x00, 0x00, 0x00, 0xF3, 0x66, 0x6D);
            Struct fields = vm.RunTo(Exits.InoutString).Fields;
            Check.Equal("bytes, in, string, repeated", 0x3A, fields.U16(16) & 0x3F);
            Check.Equal("index, count", (0x5000UL, 3UL), (fields.U64(64), fields.U64(72)));
            Check.Equal("segment", ExtraSegment, fields.I32(84));
        }, also: "VM_RUN"),
        OnVm("exit/INST_EMUL-read", "5.3", "An access to an address without memory comes decoded; the client carries it out, and the guest goes on behind it.", vm =>
        {
            // mov ecx, [300000h]; out 98h, al
            vm.LoadRealMode(0x67, 0x66, 0x8B, 0x0D, 0x00, 0x00, 0x30, 0x00, 0xE6, 0x98);
            Exit exit = vm.RunTo(Exits.InstructionEmulation);
            Struct fields = exit.Fields;
            Check.Equal("length, rip", (8, GuestCode.Start), (exit.Length, exit.Rip));
            Check.Equal("gpa, gla", (0x30_0000UL, 0x30_0000UL), (fields.U64(16), fields.U64(24)));
            Check.Equal("base of CS, default size", (0UL, 0), (fields.U64(32), fields.I32(40)));
            Check.Equal("cpu mode, paging mode", (0, 0), (fields.I32(60), fields.I32(64)));
            Check.Equal("decoded", (byte)1, fields.U8(72 + 56));
            Check.Equal("opcode", (byte)0x8B, fields.U8(72 + 58));
            Check.Bytes("the instruction", [0x67, 0x66, 0x8B, 0x0D, 0x00, 0x00, 0x30, 0x00], fields.Bytes.Slice(72, 8));
            vm.Set(Registers.Rcx, 0xCAFE);
            vm.RunToPort(GuestCode.Mark);
            Check.Equal("RCX", 0xCAFEUL, vm.Get(Registers.Rcx));
        }, also: "VM_RUN"),
        OnVm("exit/INST_EMUL-write", "5.3", "The data is in the register that the decoded instruction names.", vm =>
        {
            // mov [300004h], ecx; out 98h, al
            vm.LoadRealMode(0x67, 0x66, 0x89, 0x0D, 0x04, 0x00, 0x30, 0x00, 0xE6, 0x98);
            vm.Set(Registers.Rcx, 0x1234_5678);
            Struct fields = vm.RunTo(Exits.InstructionEmulation).Fields;
            Check.Equal("gpa, opcode", (0x30_0004UL, (byte)0x89), (fields.U64(16), fields.U8(72 + 58)));
            Check.Equal("the register", 1, fields.U8(72 + 19) >> 4); // the reg field of ModRM: CX
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN"),
        OnVm("exit/INST_EMUL-in-64-bit-mode", "5.3", "With paging, and REX.W.", vm =>
        {
            // mov eax, 40000000h; mov rbx, [rax]; out 98h, al
            vm.LoadLongMode(0xB8, 0x00, 0x00, 0x00, 0x40, 0x48, 0x8B, 0x18, 0xE6, 0x98);
            Exit exit = vm.RunTo(Exits.InstructionEmulation);
            Check.Equal("length, gpa", (3, 0x4000_0000UL), (exit.Length, exit.Fields.U64(16)));
            CheckPaging(exit.Fields, 48);
            Check.Equal("REX.W", 1, exit.Fields.U8(72 + 18) & 1);
            vm.Set(Registers.Rbx, 5);
            vm.RunToPort(GuestCode.Mark);
            Check.Equal("RBX", 5UL, vm.Get(Registers.Rbx));
        }, also: "VM_RUN"),
        OnVm("exit/INST_EMUL-undecoded", "5.1", "What the system cannot decode has no length: the client sets RIP.", vm =>
        {
            // mov eax, 40000000h; movq mm0, [rax]; out 98h, al
            vm.LoadLongMode(0xB8, 0x00, 0x00, 0x00, 0x40, 0x0F, 0x6F, 0x00, 0xE6, 0x98);
            Exit exit = vm.RunTo(Exits.InstructionEmulation);
            Check.Equal("decoded, length", ((byte)0, 0), (exit.Fields.U8(72 + 56), exit.Length));
            vm.Set(Registers.Rip, GuestCode.Start + 8);
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN"),
        OnVm("exit/RDMSR", "5.3", "The client sets RAX and RDX.", vm =>
        {
            // mov ecx, 40001234h; rdmsr; out 98h, al
            vm.LoadRealMode(0x66, 0xB9, 0x34, 0x12, 0x00, 0x40, 0x0F, 0x32, 0xE6, 0x98);
            Exit exit = vm.RunTo(Exits.Rdmsr);
            Check.Equal("code, length, rip", (0x4000_1234U, 2, GuestCode.Start + 6), (exit.Fields.U32(16), exit.Length, exit.Rip));
            vm.Set(Registers.Rax, 0x5A);
            vm.Set(Registers.Rdx, 0);
            Check.Equal("AL", (byte)0x5A, vm.RunToPort(GuestCode.Mark));
        }, also: "VM_RUN"),
        OnVm("exit/WRMSR", "5.3", "With EDX:EAX as one value.", vm =>
        {
            // mov ecx, 40001234h; wrmsr; out 98h, al
            vm.LoadRealMode(0x66, 0xB9, 0x34, 0x12, 0x00, 0x40, 0x0F, 0x30, 0xE6, 0x98);
            vm.Set(Registers.Rax, 0x1111_2222);
            vm.Set(Registers.Rdx, 0x3333_4444);
            Exit exit = vm.RunTo(Exits.Wrmsr);
            Check.Equal("code, value, length", (0x4000_1234U, 0x3333_4444_1111_2222UL, 2), (exit.Fields.U32(16), exit.Fields.U64(24), exit.Length));
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN"),
        OnVm("exit/no-exit-for-APIC_BASE", "5.4", "The register that says where the local APIC is, and in which mode, is the system's.", vm =>
        {
            // mov ecx, 1Bh; rdmsr; wrmsr; rdmsr; out 98h, eax
            vm.LoadRealMode(0x66, 0xB9, 0x1B, 0x00, 0x00, 0x00, 0x0F, 0x32, 0x0F, 0x30, 0x0F, 0x32, 0x66, 0xE7, GuestCode.Mark);
            Exit exit = vm.RunTo(Exits.Inout);
            Check.Equal("port, the register", (GuestCode.Mark, 0xFEE0_0900U), (exit.Port, exit.Eax));
        }, also: "VM_RUN"),
        OnVm("exit/moving-the-APIC-is-a-fault", "9", "Its page stays where it is.", vm =>
        {
            vm.SkipOnKvm("KVM lets a guest move its local APIC's page");

            // mov ecx, 1Bh; rdmsr; or eax, 1000h; wrmsr; out 98h, al
            vm.LoadRealMode(0x66, 0xB9, 0x1B, 0x00, 0x00, 0x00, 0x0F, 0x32, 0x66, 0x0D, 0x00, 0x10, 0x00, 0x00, 0x0F, 0x30, 0xE6, GuestCode.Mark);
            Check.Equal("the vector", (byte)13, vm.RunToPort(GuestCode.Vector));
        }, also: "VM_RUN"),
        OnVm("exit/BOGUS", "5.2", "The host has other work for the thread: the client just calls again, and the guest goes on.", vm =>
        {
            vm.LoadRealMode(GuestCode.CountForever);
            for (int run = 0; run < 3; run++)
            {
                uint before = vm.Count();
                Check.Equal("the error", 0, vm.TryRun(out Exit exit));
                Check.Equal("code, length", (Exits.Bogus, 0), (exit.Code, exit.Length));
                Check.That("the guest", vm.Count() != before, "has gone on", "stands still");
            }
        }, new SystemSetup { InstructionsPerRun = 10_000 }, also: "VM_RUN"),
        OnVm("exit/MTRAP", "5.2", "Single step: an exit after every instruction, of no length.", vm =>
        {
            vm.LoadRealMode(0x90, 0x90, 0xE6, 0x98); // nop; nop; out 98h, al
            Enable(vm, Capabilities.SingleStep);
            for (ulong step = 1; step <= 2; step++)
            {
                Exit exit = vm.RunTo(Exits.SingleStep);
                Check.Equal("rip, length", (GuestCode.Start + step, 0), (exit.Rip, exit.Length));
            }

            vm.Do(VM_SET_CAPABILITY, Capability(0, Capabilities.SingleStep, 0));
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN VM_SET_CAPABILITY"),
        OnVm("exit/PAUSE", "5.2", "If it is enabled; the guest goes on behind it.", vm =>
        {
            vm.LoadRealMode(0xF3, 0x90, 0xE6, 0x98); // pause; out 98h, al
            Enable(vm, Capabilities.PauseExit);
            Exit exit = vm.RunTo(Exits.Pause);
            Check.Equal("rip", GuestCode.Start, exit.Rip);
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN VM_SET_CAPABILITY"),
        OnVm("exit/no-PAUSE-unless-enabled", "5.2", "A guest that waits is nobody's concern.", vm =>
        {
            vm.LoadRealMode(0xF3, 0x90, 0xE6, 0x98);
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN"),
        OnVm("exit/BPT", "5.2", "If it is enabled; inst_length is 0 and the real one is in the payload.", vm =>
        {
            vm.LoadRealMode(0xCC, 0xE6, 0x98); // int3; out 98h, al
            Enable(vm, Capabilities.BreakpointExit);
            Exit exit = vm.RunTo(Exits.Breakpoint);
            Check.Equal("rip, length, length in the payload", (GuestCode.Start, 0, 1), (exit.Rip, exit.Length, exit.Fields.I32(16)));
            vm.Set(Registers.Rip, GuestCode.Start + 1);
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN VM_SET_CAPABILITY"),
        OnVm("exit/no-BPT-unless-enabled", "5.2", "A breakpoint is the guest's.", vm =>
        {
            vm.LoadRealMode(0xCC, 0xE6, 0x98);
            Check.Equal("the vector", (byte)3, vm.RunToPort(GuestCode.Vector));
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN"),
        OnVm("exit/DB", "5.2", "Stepping with the trap flag.", vm =>
        {
            vm.LoadRealMode(0x90, 0x90, 0xE6, 0x98);
            Enable(vm, Capabilities.TrapFlag);
            Exit exit = vm.RunTo(Exits.Db);
            Check.Equal("rip, trace trap", (GuestCode.Start + 1, 1), (exit.Rip, exit.Fields.I32(16)));
        }, also: "VM_RUN VM_SET_CAPABILITY"),
        OnVm("exit/TASK_SWITCH", "5.2", "A jump to a task is the client's to carry out.", TaskSwitch, also: "VM_RUN"),
        OnVm("exit/fetch-from-nowhere-is-fatal", "5.2", "An instruction fetch where no memory is ends in the back end's own diagnostics.", vm =>
        {
            vm.LoadLongMode(0xB8, 0x00, 0x00, 0x00, 0x40, 0xFF, 0xE0); // mov eax, 40000000h; jmp rax
            Check.OneOf("the exit code", vm.Run().Code, Exits.Vmx, Exits.Svm);
        }, also: "VM_RUN"),
        .. new (string Name, byte[] Code)[]
        {
            ("MONITOR", [0x0F, 0x01, 0xC8]), ("MWAIT", [0x0F, 0x01, 0xC9]), ("VMRUN", [0x0F, 0x01, 0xD8]), ("VMLAUNCH", [0x0F, 0x01, 0xC2]),
        }.Select(instruction => OnVm($"exit/{instruction.Name}-is-undefined", "5.2", "The guest gets #UD, and the client nothing.", vm =>
        {
            vm.LoadLongMode([.. instruction.Code, 0xE6, 0x98]); // then out 98h, al
            Exit exit = vm.Run();
            SkipIfKvmGaveUp(vm, exit, instruction.Name);
            if (exit.Code == Exits.Inout && exit.Port == GuestCode.Mark && vm.Host.Scope.Backend == Kvm)
            {
                throw new CaseSkippedException($"KVM itself executes {instruction.Name}, as no operation");
            }

            Check.Equal("code, port, vector", (Exits.Inout, GuestCode.Vector, 6U), (exit.Code, exit.Port, exit.Eax & 0xFF));
        }, also: "VM_RUN")),
        .. new (string Name, byte[] Code)[]
        {
            ("CPUID", [0x31, 0xC0, 0x0F, 0xA2]), ("CR0", [0x0F, 0x20, 0xC0, 0x0F, 0x22, 0xC0]), ("WBINVD", [0x0F, 0x09]), ("INVD", [0x0F, 0x08]), ("RDTSC", [0x0F, 0x31]),
        }.Select(instruction => OnVm($"exit/no-exit-for-{instruction.Name}", "5.2", "The system carries it out.", vm =>
        {
            vm.LoadLongMode([.. instruction.Code, 0xE6, 0x98]);
            vm.RunToPort(GuestCode.Mark);
        }, also: "VM_RUN")),
    ];

    private static void Enable(VmClient vm, int capability)
    {
        if (vm.Ioctl(VM_SET_CAPABILITY, Capability(0, capability, 1)) == ENOENT)
        {
            throw new CaseSkippedException($"this back end does not have capability {capability}");
        }
    }

    // KVM's instructions are the host's or, where it is emulated, an emulator's that lacks some; it says so with an exit of its own.
    private static void SkipIfKvmGaveUp(VmClient vm, Exit exit, string what)
    {
        if (vm.Host.Scope.Backend == Kvm && exit.Code == Exits.Vmx && exit.Fields.U32(20) == KvmEmulationFailure)
        {
            throw new CaseSkippedException($"this machine's KVM cannot execute {what}");
        }
    }

    private static void CheckPaging(Struct fields, int offset)
    {
        Check.Equal("CR3", GuestCode.PageTables, fields.U64(offset));
        Check.Equal("privilege level, cpu mode, paging mode", (0, 3, 3), (fields.I32(offset + 8), fields.I32(offset + 12), fields.I32(offset + 16)));
    }

    // A 32-bit protected-mode guest jumps to a task's selector. A back end that switches by itself ends up at the task's mark.
    private static void TaskSwitch(VmClient vm)
    {
        const ulong Tables = 0x5000;
        vm.LoadRealMode(0xEA, 0x00, 0x00, 0x00, 0x00, 0x20, 0x00); // jmp 20h:0
        vm.Write(0x4000, 0xB0, 0x01, 0xE6, GuestCode.Mark, 0xEB, 0xFE); // the new task: mov al, 1; out 98h, al; jmp to itself
        Struct descriptors = new(5 * 8);
        descriptors.U64(8, 0x00CF_9B00_0000_FFFF); // 8: code
        descriptors.U64(16, 0x00CF_9300_0000_FFFF); // 16: data
        descriptors.U64(24, 0x0000_8B00_6000_0067); // 24: the old task, busy, at 6000h
        descriptors.U64(32, 0x0000_8900_6100_0067); // 32: the new task, at 6100h
        vm.Write(Tables, descriptors.Bytes);
        Struct task = new(0x68);
        task.U32(0x20, 0x4000).U32(0x24, 2).U32(0x38, (uint)GuestCode.StackTop); // EIP, EFLAGS, ESP
        task.U32(0x4C, 8);
        foreach (int data in new[] { 0x48, 0x50, 0x54, 0x58, 0x5C })
        {
            task.U32(data, 16);
        }

        vm.Write(0x6100, task.Bytes);
        vm.Set(Registers.Cr0, vm.Get(Registers.Cr0) | 1);
        vm.SetSegment(0, Registers.Cs, 8, 0, uint.MaxValue, 0xC09B);
        foreach (int segment in new[] { Registers.Ds, Registers.Es, Registers.Ss, Registers.Fs, Registers.Gs })
        {
            vm.SetSegment(0, segment, 16, 0, uint.MaxValue, 0xC093);
        }

        vm.SetSegment(0, Registers.Tr, 24, 0x6000, 0x67, 0x8B);
        vm.Do(VM_SET_SEGMENT_DESCRIPTOR, SegmentDescriptor(0, Registers.Gdtr, Tables, 39));
        Exit exit = vm.Run();
        if (exit.Code == Exits.Inout && exit.Port == GuestCode.Mark)
        {
            throw new CaseSkippedException("this back end switches tasks itself, and the guest has gone on in the new one");
        }

        SkipIfKvmGaveUp(vm, exit, "a jump to a task");

        Check.Equal("the exit code", Exits.TaskSwitch, exit.Code);
        Check.Equal("selector, reason", (0x20, 2), ((int)exit.Fields.U16(16), exit.Fields.I32(32)));
    }
}
