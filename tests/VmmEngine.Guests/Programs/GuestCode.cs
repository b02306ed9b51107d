using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Programs;

/// <summary>Pieces of code that many test guests have; the same in 32-bit and 64-bit code.</summary>
internal static class GuestCode
{
    public const int Data = 0x11_0000;
    public const int StackEnd = Data + 0x1000;
    public const int InterruptTable = Data + 0x1000;
    public const int DescriptorTable = Data + 0x2000;
    public const int TablePointer = Data + 0x2800;
    public const int PageTables = Data + 0x3000;
    public const int Ticks = Data + 0x6000;

    public const int CodeSelector = 8;
    public const int DataSelector = 16;
    public const int TimerVector = 0x20;

    public static byte[] Assemble(int bitness, ulong address, Action<Assembler> write)
    {
        Assembler c = new(bitness);
        write(c);
        using MemoryStream bytes = new();
        c.Assemble(new StreamCodeWriter(bytes), address);
        return bytes.ToArray();
    }

    public static void Out(this Assembler c, int port, int value)
    {
        c.mov(al, (byte)value);
        c.@out((byte)port, al);
    }

    public static void Exit(this Assembler c, byte status)
    {
        c.Out(0xF4, status);
        c.Halt();
    }

    public static void Halt(this Assembler c)
    {
        Label forever = c.CreateLabel();
        c.Label(ref forever);
        c.cli();
        c.hlt();
        c.jmp(forever);
    }

    public static void Print(this Assembler c, string text)
    {
        c.mov(edx, 0x3F8);
        foreach (char character in text)
        {
            c.mov(al, (byte)character);
            c.@out(dx, al);
        }
    }

    /// <summary>Ends with a status unless the last comparison said equal.</summary>
    public static void ExitUnlessEqual(this Assembler c, byte status)
    {
        Label equal = c.CreateLabel();
        c.je(equal);
        c.Exit(status);
        c.Label(ref equal);
        c.nop();
    }

    /// <summary>Lines 0 to 7 at <see cref="TimerVector"/>, all but the timer masked, and the timer at 1,000 Hz.</summary>
    public static void StartTimer(this Assembler c)
    {
        foreach ((int port, int value) in new[]
                 {
                     (0x20, 0x11), (0x21, TimerVector), (0x21, 0x04), (0x21, 0x01), (0xA0, 0x11), (0xA1, TimerVector + 8), (0xA1, 0x02), (0xA1, 0x01),
                     (0x21, 0xFE), (0xA1, 0xFF), (0x43, 0x34), (0x40, 0xA9), (0x40, 0x04),
                 })
        {
            c.Out(port, value);
        }
    }

    /// <summary>Sleeps until so many ticks were counted at <see cref="Ticks"/>.</summary>
    public static void WaitForTicks(this Assembler c, int count)
    {
        Label wait = c.CreateLabel();
        Label done = c.CreateLabel();
        c.Label(ref wait);
        c.cli();
        c.cmp(__dword_ptr[Ticks], count);
        c.jae(done);
        c.sti();
        c.hlt();
        c.jmp(wait);
        c.Label(ref done);
        c.nop();
    }

    /// <summary>Loads GDTR or IDTR through memory.</summary>
    public static void LoadTable(this Assembler c, int address, int length, Action<AssemblerMemoryOperand> load)
    {
        c.mov(__word_ptr[TablePointer], (short)(length - 1));
        c.mov(__dword_ptr[TablePointer + 2], address);
        if (c.Bitness == 64)
        {
            c.mov(__dword_ptr[TablePointer + 6], 0);
        }

        load(__[TablePointer]);
    }

    /// <summary>An interrupt gate to the handler in EAX, which is below 4 GiB.</summary>
    public static void Gate(this Assembler c, int vector)
    {
        int gate = InterruptTable + (vector * (c.Bitness == 64 ? 16 : 8));
        c.mov(__word_ptr[gate], ax);
        c.mov(__word_ptr[gate + 2], CodeSelector);
        c.mov(__word_ptr[gate + 4], unchecked((short)0x8E00));
        c.shr(eax, 16);
        c.mov(__word_ptr[gate + 6], ax);
        if (c.Bitness == 64)
        {
            c.mov(__dword_ptr[gate + 8], 0);
            c.mov(__dword_ptr[gate + 12], 0);
        }
    }

    /// <summary>A table of null, code and flat data, loaded; the segment registers keep what they have.</summary>
    public static void LoadDescriptors(this Assembler c, ulong code)
    {
        ulong[] descriptors = [0, code, 0x00CF_9300_0000_FFFF];
        for (int i = 0; i < descriptors.Length; i++)
        {
            c.mov(__dword_ptr[DescriptorTable + (8 * i)], (int)descriptors[i]);
            c.mov(__dword_ptr[DescriptorTable + (8 * i) + 4], (int)(descriptors[i] >> 32));
        }

        c.LoadTable(DescriptorTable, 8 * descriptors.Length, c.lgdt);
    }

    /// <summary>Counts a tick and ends the interrupt; the caller has saved RAX and returns.</summary>
    public static void CountTick(this Assembler c)
    {
        c.inc(__dword_ptr[Ticks]);
        c.Out(0x20, 0x20);
    }
}
