using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Platform;

/// <summary>The guest's descriptor tables and handlers: each writes its vector down, and ends the interrupt where it came from.</summary>
internal static class PlatformHandlers
{
    /// <summary>Vectors of the 8259s: lines 0 to 15.</summary>
    public const byte FirstLine = 0x20;

    private const byte FirstSlaveLine = 0x28;
    private const byte FirstApicVector = 0x30;
    private const int HighestVector = 0x7F;
    private const byte Nmi = 2;
    private const int FirstInterrupt = 32;
    private const ulong ApicEndOfInterrupt = 0xFEE0_00B0;
    private const uint X2ApicEndOfInterrupt = 0x80B;

    // push 0 (or nops where the processor has pushed an error code), push vector, jmp through memory: nothing that an assembler would shorten.
    private const int StubLength = 11;
    private const ulong Code64 = 0x00AF_9B00_0000_FFFF;
    private const ulong FlatData = 0x00CF_9300_0000_FFFF;

    private static ReadOnlySpan<byte> WithErrorCode => [8, 10, 11, 12, 13, 14, 17, 21];

    /// <summary>Fills and loads the tables, and gives the guest a stack.</summary>
    public static (Label Stubs, Label Common) Install(Assembler c)
    {
        Label stubs = c.CreateLabel();
        Label common = c.CreateLabel();
        c.mov(esp, PlatformGuest.StackEnd);
        c.lea(rax, __[common]);
        c.mov(__qword_ptr[PlatformGuest.CommonHandler], rax);
        WriteTable(c, PlatformGuest.DescriptorTable, 0, Code64, FlatData);
        Load(c, PlatformGuest.DescriptorTable, 24, c.lgdt);
        c.lea(rax, __[stubs]);
        c.xor(ecx, ecx);
        Label next = c.CreateLabel();
        c.Label(ref next);
        c.mov(edx, ecx);
        c.shl(edx, 4);
        c.mov(__word_ptr[rdx + PlatformGuest.InterruptTable], ax);
        c.mov(__word_ptr[rdx + PlatformGuest.InterruptTable + 2], 8);
        c.mov(__word_ptr[rdx + PlatformGuest.InterruptTable + 4], unchecked((short)0x8E00));
        c.mov(ebx, eax);
        c.shr(ebx, 16);
        c.mov(__word_ptr[rdx + PlatformGuest.InterruptTable + 6], bx);
        c.mov(__qword_ptr[rdx + PlatformGuest.InterruptTable + 8], 0);
        c.add(rax, StubLength);
        c.inc(ecx);
        c.cmp(ecx, HighestVector + 1);
        c.jb(next);
        Load(c, PlatformGuest.InterruptTable, (HighestVector + 1) * 16, c.lidt);
        return (stubs, common);
    }

    /// <summary>The handlers themselves, behind the program.</summary>
    public static void Write(Assembler c, Label stubs, Label common)
    {
        c.Label(ref stubs);
        for (int vector = 0; vector <= HighestVector; vector++)
        {
            if (WithErrorCode.Contains((byte)vector))
            {
                c.nop();
                c.nop();
            }
            else
            {
                c.db(0x6A, 0); // push 0
            }

            c.db(0x6A, (byte)vector); // push vector
            c.jmp(__qword_ptr[PlatformGuest.CommonHandler]);
        }

        c.Label(ref common);
        WriteCommon(c);
    }

    // Above RCX, RDX and RAX: the vector, the error code, and what the processor pushed.
    private static void WriteCommon(Assembler c)
    {
        Label fault = c.CreateLabel();
        Label pic = c.CreateLabel();
        Label done = c.CreateLabel();
        c.push(rax);
        c.push(rdx);
        c.push(rcx);
        c.mov(eax, __dword_ptr[rsp + 24]);
        c.mov(edx, __dword_ptr[PlatformGuest.Count]);
        c.and(edx, PlatformGuest.VectorsKept - 1);
        c.mov(__byte_ptr[rdx + PlatformGuest.Vectors], al);
        c.inc(__dword_ptr[PlatformGuest.Count]);
        c.cmp(eax, Nmi);
        c.je(done);
        c.cmp(eax, FirstInterrupt);
        c.jb(fault);
        WriteWatch(c);
        c.cmp(eax, __dword_ptr[PlatformGuest.Held]);
        c.je(done);
        c.cmp(eax, FirstApicVector);
        c.jb(pic);
        WriteApicEnd(c, done);
        c.Label(ref pic);
        WritePicEnd(c);
        c.Label(ref done);
        c.pop(rcx);
        c.pop(rdx);
        c.pop(rax);
        c.add(rsp, 16);
        c.iretq();
        c.Label(ref fault);
        WriteFault(c, done);
    }

    private static void WriteWatch(Assembler c)
    {
        Label other = c.CreateLabel();
        c.cmp(eax, __dword_ptr[PlatformGuest.Watched]);
        c.jne(other);
        c.dec(__dword_ptr[PlatformGuest.WatchedLeft]);
        c.jne(other);
        c.mov(ecx, eax);
        c.mov(eax, __dword_ptr[PlatformGuest.WatchedCommand]);
        c.mov(edx, PlatformGuest.CommandPort);
        c.@out(dx, eax);
        c.mov(eax, ecx);
        c.Label(ref other);
        c.nop();
    }

    private static void WriteApicEnd(Assembler c, Label done)
    {
        Label page = c.CreateLabel();
        c.cmp(__dword_ptr[PlatformGuest.UsesPage], 0);
        c.jne(page);
        c.mov(ecx, X2ApicEndOfInterrupt);
        c.xor(eax, eax);
        c.xor(edx, edx);
        c.wrmsr();
        c.jmp(done);
        c.Label(ref page);
        c.mov(edx, (uint)ApicEndOfInterrupt);
        c.mov(__dword_ptr[rdx], 0);
        c.jmp(done);
    }

    private static void WritePicEnd(Assembler c)
    {
        Label master = c.CreateLabel();
        c.cmp(eax, FirstSlaveLine);
        c.mov(al, 0x20);
        c.jb(master);
        c.@out(0xA0, al);
        c.Label(ref master);
        c.@out(0x20, al);
    }

    // An exception that the program expects goes on where it says; any other ends the guest, which shows by the answers that are missing.
    private static void WriteFault(Assembler c, Label done)
    {
        Label forever = c.CreateLabel();
        Label lost = c.CreateLabel();
        c.mov(rax, __qword_ptr[PlatformGuest.ResumeAt]);
        c.test(rax, rax);
        c.je(lost);
        c.mov(__qword_ptr[rsp + 40], rax);
        c.jmp(done);
        c.Label(ref lost);
        c.mov(rax, __qword_ptr[rsp + 40]);
        c.mov(__qword_ptr[PlatformGuest.LostAt], rax);
        c.mov(edx, PlatformGuest.CommandPort);
        c.xor(eax, eax);
        c.@out(dx, eax);
        c.Label(ref forever);
        c.cli();
        c.hlt();
        c.jmp(forever);
    }

    private static void WriteTable(Assembler c, int address, params ReadOnlySpan<ulong> entries)
    {
        for (int i = 0; i < entries.Length; i++)
        {
            c.mov(rax, entries[i]);
            c.mov(__qword_ptr[address + (sizeof(ulong) * i)], rax);
        }
    }

    private static void Load(Assembler c, int address, int length, Action<AssemblerMemoryOperand> load)
    {
        c.mov(__word_ptr[PlatformGuest.TablePointer], (short)(length - 1));
        c.mov(__qword_ptr[PlatformGuest.TablePointer + 2], address);
        load(__[PlatformGuest.TablePointer]);
    }
}
