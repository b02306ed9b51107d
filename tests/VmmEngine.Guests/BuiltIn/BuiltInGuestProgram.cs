using Iced.Intel;
using VmmEngine.Guests;
using static Iced.Intel.AssemblerRegisters;
using static VmmEngine.Guests.BuiltInGuestLayout;

namespace VmmEngine.Guests.BuiltIn;

/// <summary>Assembles the guest that `vmm run` has inside. Entered in 64-bit mode with interrupts off, a stack, and the number of vCPUs in RDI.</summary>
public sealed class BuiltInGuestProgram
{
    private const ushort CodeSelector = 8;
    private const ushort DataSelector = 16;
    private const int Exceptions = 32;
    private const int TimerVector = 0x20;
    private const int TimerCount = (1_193_182 + (TimerHertz / 2)) / TimerHertz;
    private const int PresentWritable = 0x03;
    private const int LargePage = 0x80;
    private const int Uncached = 0x10;
    private const int EntriesPerTable = 512;
    private const int LargePageSize = 2 << 20;

    // None, flat 64-bit code, flat data.
    private static readonly ulong[] Descriptors = [0, 0x00AF_9B00_0000_FFFF, 0x00CF_9300_0000_FFFF];

    private readonly Assembler _c = new(64);
    private readonly Dictionary<string, Label> _texts = [];
    private Label _entry1;
    private Label _descriptors;
    private Label _descriptorTable;
    private Label _fault;
    private Label _timer;
    private Label _print;
    private Label _printByte;
    private Label _work;

    private BuiltInGuestProgram()
    {
        foreach (string text in new[]
                 {
                     BuiltInGuestTexts.Hello, BuiltInGuestTexts.Ticks, BuiltInGuestTexts.WorkedAlone, BuiltInGuestTexts.WorkedTogether,
                     BuiltInGuestTexts.Checksum, BuiltInGuestTexts.End,
                 })
        {
            _texts.Add(text, _c.CreateLabel());
        }

        _entry1 = _c.CreateLabel();
        _descriptors = _c.CreateLabel();
        _descriptorTable = _c.CreateLabel();
        _fault = _c.CreateLabel();
        _timer = _c.CreateLabel();
        _print = _c.CreateLabel();
        _printByte = _c.CreateLabel();
        _work = _c.CreateLabel();
    }

    /// <summary>Assembles it for <see cref="Image"/>.</summary>
    public static AssembledGuest Assemble()
    {
        BuiltInGuestProgram program = new();
        program.Vcpu0();
        program.Vcpu1();
        program.LoadDescriptors();
        program.Work();
        program.Handlers();
        program.Print();
        program.Data();
        return program.Encode();
    }

    private AssembledGuest Encode()
    {
        using MemoryStream bytes = new();
        AssemblerResult result = _c.Assemble(new StreamCodeWriter(bytes), Image, BlockEncoderOptions.ReturnNewInstructionOffsets);
        return new AssembledGuest(
            bytes.ToArray(), Entry0: 0, (uint)(result.GetLabelRIP(_entry1) - Image), (int)(result.GetLabelRIP(_descriptorTable) - Image));
    }

    private void Vcpu0()
    {
        _c.mov(r15, rdi);
        _c.call(_descriptors);
        BuildPageTables();
        BuildInterruptTable();
        StartTimer();
        StartSerial();
        _c.mov(__qword_ptr[SharedReady], 1);

        PrintText(BuiltInGuestTexts.Hello);
        WaitForTicks();
        PrintText(BuiltInGuestTexts.Ticks);
        FindDevice();
        HandOutWork();
        Report();
        Exit(StatusGood);
    }

    // vCPU 1 may be here long before vCPU 0 has built the tables that both use.
    private void Vcpu1()
    {
        Label wait = _c.CreateLabel();
        Label next = _c.CreateLabel();
        Label look = _c.CreateLabel();
        _c.Label(ref _entry1);
        _c.jmp(look);
        _c.Label(ref wait);
        _c.pause();
        _c.Label(ref look);
        _c.cmp(__qword_ptr[SharedReady], 0);
        _c.je(wait);
        _c.call(_descriptors);
        _c.mov(eax, PageTableTop);
        _c.mov(cr3, rax);
        LoadInterruptTable();

        _c.mov(r12d, 1);
        _c.Label(ref next);
        WaitFor(SharedPosted);
        _c.mov(rax, __qword_ptr[SharedInput]);
        _c.call(_work);
        _c.mov(__qword_ptr[SharedOutput], rax);
        _c.mov(__qword_ptr[SharedDone], r12);
        _c.inc(r12);
        _c.cmp(r12, Pieces);
        _c.jbe(next);
        Halt();
    }

    private void LoadDescriptors()
    {
        Label reloaded = _c.CreateLabel();
        _c.Label(ref _descriptors);
        LoadTable(() => _c.lea(rax, __[_descriptorTable]), Descriptors.Length * sizeof(ulong), () => _c.lgdt(__[rsp]));
        _c.push(CodeSelector);
        _c.lea(rax, __[reloaded]);
        _c.push(rax);
        _c.AddInstruction(Instruction.Create(Code.Retfq));
        _c.Label(ref reloaded);
        _c.mov(eax, DataSelector);
        foreach (AssemblerRegisterSegment segment in new[] { ds, es, fs, gs, ss })
        {
            _c.mov(segment, ax);
        }

        _c.ret();
    }

    // The first GiB, and the one in which the device is.
    private void BuildPageTables()
    {
        _c.mov(__qword_ptr[PageTableTop], (int)(PageTablePointers | PresentWritable));
        _c.mov(__qword_ptr[PageTablePointers], (int)(FirstDirectory | PresentWritable));
        _c.mov(__qword_ptr[PageTablePointers + (8 * (Device >> 30))], (int)(DeviceDirectory | PresentWritable));
        BuildDirectory(FirstDirectory, PresentWritable | LargePage);
        BuildDirectory(DeviceDirectory, (Device & 0xC000_0000) | PresentWritable | LargePage | Uncached);
        _c.mov(eax, PageTableTop);
        _c.mov(cr3, rax);
    }

    private void BuildDirectory(uint directory, uint firstEntry)
    {
        Label fill = _c.CreateLabel();
        _c.mov(edi, directory);
        _c.mov(eax, firstEntry);
        _c.mov(ecx, EntriesPerTable);
        _c.Label(ref fill);
        _c.mov(__qword_ptr[rdi], rax);
        _c.add(rdi, 8);
        _c.add(rax, LargePageSize);
        _c.dec(ecx);
        _c.jne(fill);
    }

    // Exceptions lead to as many small handlers, 16 bytes apart, and the timer to its own.
    private void BuildInterruptTable()
    {
        Label fill = _c.CreateLabel();
        _c.mov(edi, InterruptTable);
        _c.lea(rax, __[_fault]);
        _c.mov(ecx, Exceptions);
        _c.Label(ref fill);
        Gate();
        _c.add(rax, 16);
        _c.add(rdi, 16);
        _c.dec(ecx);
        _c.jne(fill);
        _c.lea(rax, __[_timer]);
        Gate();
        LoadInterruptTable();
    }

    private void LoadInterruptTable() => LoadTable(() => _c.mov(eax, InterruptTable), (Exceptions + 1) * 16, () => _c.lidt(__[rsp]));

    // The processor takes limit and address of a table from ten bytes, which are on the stack for a moment.
    private void LoadTable(Action address, int length, Action load)
    {
        address();
        _c.sub(rsp, 16);
        _c.mov(__word_ptr[rsp], (short)(length - 1));
        _c.mov(__qword_ptr[rsp + 2], rax);
        load();
        _c.add(rsp, 16);
    }

    // A present interrupt gate at RDI to the handler in RAX, which is below 64 KiB above a multiple of 64 KiB below 4 GiB.
    private void Gate()
    {
        _c.mov(__word_ptr[rdi], ax);
        _c.mov(__word_ptr[rdi + 2], CodeSelector);
        _c.mov(__word_ptr[rdi + 4], unchecked((short)0x8E00));
        _c.mov(edx, eax);
        _c.shr(edx, 16);
        _c.mov(__word_ptr[rdi + 6], dx);
        _c.mov(__qword_ptr[rdi + 8], 0);
    }

    private void StartTimer()
    {
        foreach ((int port, int value) in new[]
                 {
                     (0x20, 0x11), (0x21, TimerVector), (0x21, 0x04), (0x21, 0x01),
                     (0xA0, 0x11), (0xA1, TimerVector + 8), (0xA1, 0x02), (0xA1, 0x01),
                     (0x21, 0xFE), (0xA1, 0xFF),
                     (0x43, 0x34), (0x40, TimerCount & 0xFF), (0x40, TimerCount >> 8),
                 })
        {
            _c.mov(al, (byte)value);
            _c.@out((byte)port, al);
        }
    }

    private void StartSerial()
    {
        foreach ((int port, int value) in new[] { (0x3F9, 0x00), (0x3FB, 0x83), (0x3F8, 0x01), (0x3F9, 0x00), (0x3FB, 0x03), (0x3FA, 0x07), (0x3FC, 0x03) })
        {
            _c.mov(edx, port);
            _c.mov(al, (byte)value);
            _c.@out(dx, al);
        }
    }

    private void WaitForTicks()
    {
        Label wait = _c.CreateLabel();
        Label done = _c.CreateLabel();
        _c.Label(ref wait);
        _c.cli();
        _c.cmp(__qword_ptr[SharedTicks], Ticks);
        _c.jae(done);
        _c.sti();
        _c.hlt(); // in STI's shadow: no tick comes between the look and the sleep
        _c.jmp(wait);
        _c.Label(ref done);
        _c.sti();
    }

    private void FindDevice()
    {
        Label found = _c.CreateLabel();
        _c.mov(ebx, Device);
        _c.mov(rax, TestRegisters.Identification);
        _c.cmp(__qword_ptr[rbx + (int)TestRegisters.IdentificationOffset], rax);
        _c.je(found);
        Exit(StatusNoDevice);
        _c.Label(ref found);
    }

    // R12 counts the pieces, R13 is the input, R14 the checksum; the timer goes on ticking.
    private void HandOutWork()
    {
        Label next = _c.CreateLabel();
        Label alone = _c.CreateLabel();
        Label done = _c.CreateLabel();
        _c.mov(r12d, 1);
        _c.mov(r13, Seed);
        _c.xor(r14d, r14d);
        _c.Label(ref next);
        _c.cmp(r15, 1);
        _c.je(alone);
        _c.mov(__qword_ptr[SharedInput], r13);
        _c.mov(__qword_ptr[SharedPosted], r12);
        WaitFor(SharedDone);
        _c.mov(rax, __qword_ptr[SharedOutput]);
        _c.jmp(done);
        _c.Label(ref alone);
        _c.mov(rax, r13);
        _c.call(_work);
        _c.Label(ref done);
        _c.mov(__qword_ptr[rbx + (int)TestRegisters.OperandOffset], rax);
        _c.rol(r14, 5);
        _c.xor(r14, __qword_ptr[rbx + (int)TestRegisters.StateOffset]);
        _c.mov(rax, Step);
        _c.add(r13, rax);
        _c.inc(r12);
        _c.cmp(r12, Pieces);
        _c.jbe(next);
    }

    // Spins until a shared number is R12.
    private void WaitFor(uint shared)
    {
        Label wait = _c.CreateLabel();
        Label look = _c.CreateLabel();
        _c.jmp(look);
        _c.Label(ref wait);
        _c.pause();
        _c.Label(ref look);
        _c.cmp(__qword_ptr[shared], r12);
        _c.jne(wait);
    }

    private void Report()
    {
        Label print = _c.CreateLabel();
        _c.cli();
        _c.mov(__qword_ptr[rbx + (int)TestRegisters.ResultOffset], r14);
        _c.lea(rsi, __[_texts[BuiltInGuestTexts.WorkedAlone]]);
        _c.cmp(r15, 1);
        _c.je(print);
        _c.lea(rsi, __[_texts[BuiltInGuestTexts.WorkedTogether]]);
        _c.Label(ref print);
        _c.call(_print);
        PrintText(BuiltInGuestTexts.Checksum);
        PrintHexadecimal();
        PrintText(BuiltInGuestTexts.End);
    }

    private void PrintText(string text)
    {
        _c.lea(rsi, __[_texts[text]]);
        _c.call(_print);
    }

    // R14, all 16 digits.
    private void PrintHexadecimal()
    {
        Label digit = _c.CreateLabel();
        Label letter = _c.CreateLabel();
        Label print = _c.CreateLabel();
        _c.mov(ecx, 16);
        _c.Label(ref digit);
        _c.rol(r14, 4);
        _c.mov(eax, r14d);
        _c.and(eax, 15);
        _c.cmp(eax, 10);
        _c.jae(letter);
        _c.add(eax, '0');
        _c.jmp(print);
        _c.Label(ref letter);
        _c.add(eax, 'A' - 10);
        _c.Label(ref print);
        _c.call(_printByte);
        _c.dec(ecx);
        _c.jne(digit);
    }

    // RAX to RAX; keeps everything but RCX and RDX.
    private void Work()
    {
        Label round = _c.CreateLabel();
        _c.Label(ref _work);
        _c.mov(ecx, Rounds);
        _c.Label(ref round);
        Shift(() => _c.shl(rdx, 13));
        Shift(() => _c.shr(rdx, 7));
        Shift(() => _c.shl(rdx, 17));
        _c.dec(ecx);
        _c.jne(round);
        _c.mov(rdx, Multiplier);
        _c.imul(rax, rdx);
        _c.ret();

        void Shift(Action shift)
        {
            _c.mov(rdx, rax);
            shift();
            _c.xor(rax, rdx);
        }
    }

    private void Handlers()
    {
        for (int vector = 0; vector < Exceptions; vector++)
        {
            if (vector == 0)
            {
                _c.Label(ref _fault);
            }

            _c.mov(al, (byte)(StatusException + vector)); // 2 bytes
            _c.@out(0xF4, al); // 2
            Halt(); // 4
            _c.nop(8);
        }

        _c.Label(ref _timer);
        _c.push(rax);
        _c.inc(__qword_ptr[SharedTicks]);
        _c.mov(al, 0x20);
        _c.@out(0x20, al);
        _c.pop(rax);
        _c.iretq();
    }

    // The text at RSI, ended by a zero; keeps RCX.
    private void Print()
    {
        Label done = _c.CreateLabel();
        Label wait = _c.CreateLabel();
        _c.Label(ref _print);
        _c.lodsb();
        _c.test(al, al);
        _c.je(done);
        _c.call(_printByte);
        _c.jmp(_print);
        _c.Label(ref done);
        _c.ret();

        // AL, when the transmitter is empty.
        _c.Label(ref _printByte);
        _c.push(rax);
        _c.mov(edx, 0x3FD);
        _c.Label(ref wait);
        _c.@in(al, dx);
        _c.test(al, 0x20);
        _c.je(wait);
        _c.pop(rax);
        _c.mov(edx, 0x3F8);
        _c.@out(dx, al);
        _c.ret();
    }

    private void Exit(byte status)
    {
        _c.mov(al, status);
        _c.@out(0xF4, al);
        Halt();
    }

    private void Halt()
    {
        Label forever = _c.CreateLabel();
        _c.Label(ref forever);
        _c.cli();
        _c.hlt();
        _c.jmp(forever);
    }

    private void Data()
    {
        _c.Label(ref _descriptorTable);
        foreach (ulong descriptor in Descriptors)
        {
            _c.dq(descriptor);
        }

        foreach ((string text, Label label) in _texts)
        {
            Label here = label;
            _c.Label(ref here);
            _c.db([.. text.Select(character => (byte)character), 0]);
        }
    }
}
