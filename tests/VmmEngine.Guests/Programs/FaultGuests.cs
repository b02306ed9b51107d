using Iced.Intel;
using VmmEngine.Guests.Running;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Programs;

/// <summary>Guests that do what no guest should.</summary>
public static class FaultGuests
{
    /// <summary>Where <see cref="WritesReadOnlyMemory"/> wants 64 KiB of it.</summary>
    public const uint ReadOnlyMemory = 0xFFF0_0000;

    private const uint Nowhere = 0xE000_0000;
    private static readonly GuestEnd[] Lost = [GuestEnd.Shutdown, GuestEnd.Failure, GuestEnd.MemoryFault];

    /// <summary>An exception without a table for it.</summary>
    public static TestGuest TripleFault { get; } = Flat("triple fault", [GuestEnd.Shutdown], c =>
    {
        c.LoadTable(GuestCode.InterruptTable, 1, c.lidt);
        c.ud2();
    });

    /// <summary>Code where no memory is.</summary>
    public static TestGuest JumpsIntoNothing { get; } = Flat("jump into nothing", Lost, c =>
    {
        c.LoadTable(GuestCode.InterruptTable, 1, c.lidt);
        c.mov(eax, Nowhere);
        c.jmp(rax);
    });

    /// <summary>Page tables where no memory is.</summary>
    public static TestGuest PageTablesOutsideMemory { get; } = Flat("page tables outside memory", Lost, c =>
    {
        c.LoadTable(GuestCode.InterruptTable, 1, c.lidt);
        c.mov(eax, Nowhere);
        c.mov(cr3, rax);
        c.Exit(1);
    });

    /// <summary>Data where no memory is: all ones, and a write that goes nowhere.</summary>
    public static TestGuest UsesUnmappedMemory { get; } = Flat("unmapped memory", [GuestEnd.Exited], c =>
    {
        c.mov(ebx, Nowhere);
        foreach (AssemblerMemoryOperand operand in new[] { __dword_ptr[rbx], __dword_ptr[rbx + 8] })
        {
            c.mov(operand, 5);
            c.cmp(operand, -1);
            c.ExitUnlessEqual(1);
        }

        c.Exit(0);
    });

    /// <summary>A write to memory that may be read only.</summary>
    public static TestGuest WritesReadOnlyMemory { get; } = Flat("read-only memory", [GuestEnd.MemoryFault], c =>
    {
        c.mov(ebx, ReadOnlyMemory);
        c.mov(eax, __dword_ptr[rbx]);
        c.mov(__dword_ptr[rbx], eax);
        c.Exit(1);
    });

    /// <summary>Opcodes that 64-bit mode does not have: each is one #UD, whose handler goes on behind it.</summary>
    public static TestGuest UndefinedOpcodes { get; } = Flat("undefined opcodes", [GuestEnd.Exited], WriteUndefinedOpcodes, status: 4);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TestGuest> All { get; } =
        [TripleFault, JumpsIntoNothing, PageTablesOutsideMemory, UsesUnmappedMemory, WritesReadOnlyMemory, UndefinedOpcodes];

    internal static TestGuest Flat(string name, GuestEnd[] ends, Action<Assembler> write, uint status = 0) =>
        new(name, GuestCode.Assemble(64, TestGuest.Address, write), GuestFormat.Flat64, ends, status);

    private static void WriteUndefinedOpcodes(Assembler c)
    {
        const int invalidOpcode = 6;
        Label handler = c.CreateLabel();
        c.mov(esp, GuestCode.StackEnd);
        c.LoadDescriptors(0x00AF_9B00_0000_FFFF);
        c.lea(rax, __[handler]);
        c.Gate(invalidOpcode);
        c.LoadTable(GuestCode.InterruptTable, 16 * (invalidOpcode + 1), c.lidt);
        c.xor(ebx, ebx);
        byte[][] opcodes =
        [
            [0x0F, 0x0B], // ud2
            [0x06], // push es
            [0xF0, 0x90], // lock nop
            [0xD6], // salc
        ];
        foreach (byte[] opcode in opcodes)
        {
            c.mov(ecx, opcode.Length);
            c.db(opcode);
        }

        c.mov(al, bl);
        c.@out(0xF4, al);
        c.Halt();

        c.Label(ref handler);
        c.inc(ebx);
        c.add(__qword_ptr[rsp], rcx);
        c.iretq();
    }
}
