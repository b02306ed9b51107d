using Iced.Intel;
using VmmEngine.Guests.Running;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Programs;

/// <summary>Kernels that a multiboot loader starts: they look at what they are told, count timer interrupts, and print.</summary>
public static class MultibootGuests
{
    private const uint Flags = 3;
    private const int HeaderLength = 12;
    private const uint Entry = TestGuest.Address + HeaderLength;
    private const uint LongCode = TestGuest.Address + 0x1000;
    private const int Ticks = 3;
    private const uint LongModeEnable = 0xC000_0080;

    /// <summary>32-bit code, without paging.</summary>
    public static TestGuest ThirtyTwoBit { get; } = Kernel("multiboot, 32-bit", is64: false, Assemble32(c => c.iretd()), "32-bit: a b, 3 ticks\n");

    /// <summary>The same without IRET, which a KVM that emulates does not carry out in 32-bit code: interrupts end with STI and a far return.</summary>
    public static TestGuest ThirtyTwoBitFarReturn { get; } =
        Kernel("multiboot, 32-bit, far return", is64: false, Assemble32(ReturnFar), "32-bit: a b, 3 ticks\n");

    /// <summary>64-bit code in a 64-bit file, which enables paging and 64-bit mode itself.</summary>
    public static TestGuest SixtyFourBit { get; } = Kernel("multiboot, 64-bit", is64: true, Assemble64(), "64-bit: a b, 3 ticks\n");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TestGuest> All { get; } = [ThirtyTwoBit, ThirtyTwoBitFarReturn, SixtyFourBit];

    private static TestGuest Kernel(string name, bool is64, byte[] code, string console)
    {
        byte[] content = [.. ElfFile.Multiboot(Flags), .. code];
        byte[] file = new ElfFile(is64) { Entry = Entry }.Add(TestGuest.Address, content).Add(GuestCode.Data, [], length: 0x1_0000).ToArray();
        return new TestGuest(name, file, GuestFormat.Kernel, [GuestEnd.Exited], Status: 0, console);
    }

    private static byte[] Assemble32(Action<Assembler> returnFromInterrupt) => GuestCode.Assemble(32, Entry, c =>
    {
        Label install = c.CreateLabel();
        Begin(c, code: 0x00CF_9B00_0000_FFFF);
        c.Print("32-bit: ");
        PrintCommandLine(c);

        // The handler is where the call would return to: 32-bit code has no other way to say its own address in a register.
        c.call(install);
        c.push(eax);
        c.CountTick();
        c.pop(eax);
        returnFromInterrupt(c);

        c.Label(ref install);
        c.pop(eax);
        c.Gate(GuestCode.TimerVector);
        CountAndExit(c);
    });

    // What is interrupted is always a HLT with interrupts on, and needs no status flags.
    private static void ReturnFar(Assembler c)
    {
        const int flagsLength = 4;
        c.sti();
        c.AddInstruction(Instruction.Create(Code.Retfd_imm16, flagsLength));
    }

    private static byte[] Assemble64()
    {
        byte[] start = GuestCode.Assemble(32, Entry, c =>
        {
            Begin(c, code: 0x00AF_9B00_0000_FFFF);
            c.Print("64-bit: ");
            PrintCommandLine(c);
            EnterLongMode(c);
        });
        byte[] rest = GuestCode.Assemble(64, LongCode, c =>
        {
            Label handler = c.CreateLabel();
            c.mov(esp, GuestCode.StackEnd);
            c.lea(rax, __[handler]);
            c.Gate(GuestCode.TimerVector);
            CountAndExit(c);

            c.Label(ref handler);
            c.push(rax);
            c.CountTick();
            c.pop(rax);
            c.iretq();
        });
        byte[] code = new byte[LongCode - Entry + rest.Length];
        start.CopyTo(code, 0);
        rest.CopyTo(code, (int)(LongCode - Entry));
        return code;
    }

    // EAX and EBX are as the specification says; the data segments are flat already.
    private static void Begin(Assembler c, ulong code)
    {
        c.mov(esp, GuestCode.StackEnd);
        c.cmp(eax, 0x2BAD_B002);
        c.ExitUnlessEqual(1);
        c.mov(eax, __dword_ptr[ebx]);
        c.and(eax, 0x45); // memory, command line, memory map
        c.cmp(eax, 0x45);
        c.ExitUnlessEqual(2);
        c.LoadDescriptors(code);
    }

    private static void PrintCommandLine(Assembler c)
    {
        Label next = c.CreateLabel();
        Label done = c.CreateLabel();
        c.mov(esi, __dword_ptr[ebx + 16]);
        c.mov(edx, 0x3F8);
        c.Label(ref next);
        c.lodsb();
        c.test(al, al);
        c.je(done);
        c.@out(dx, al);
        c.jmp(next);
        c.Label(ref done);
        c.nop();
    }

    private static void EnterLongMode(Assembler c)
    {
        // The first 2 MiB, in one page.
        foreach ((int table, int entry) in new[]
                 {
                     (GuestCode.PageTables, GuestCode.PageTables + 0x1003), (GuestCode.PageTables + 0x1000, GuestCode.PageTables + 0x2003),
                     (GuestCode.PageTables + 0x2000, 0x83),
                 })
        {
            c.mov(__dword_ptr[table], entry);
        }

        c.mov(eax, GuestCode.PageTables);
        c.mov(cr3, eax);
        c.mov(eax, cr4);
        c.or(eax, 0x20);
        c.mov(cr4, eax);
        c.mov(ecx, LongModeEnable);
        c.rdmsr();
        c.or(eax, 0x100);
        c.wrmsr();
        c.mov(eax, cr0);
        c.or(eax, 0x8000_0000);
        c.mov(cr0, eax);
        c.push(GuestCode.CodeSelector);
        c.push((int)LongCode);
        c.AddInstruction(Instruction.Create(Code.Retfd));
    }

    private static void CountAndExit(Assembler c)
    {
        c.LoadTable(GuestCode.InterruptTable, (GuestCode.TimerVector + 1) * (c.Bitness == 64 ? 16 : 8), c.lidt);
        c.StartTimer();
        c.WaitForTicks(Ticks);
        c.Print($", {Ticks} ticks\n");
        c.Exit(0);
    }
}
