using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Ratios.Emulators;

/// <summary>Tight loops over a few kilobytes: random numbers by xorshift, their CRC-32 by a table, and the sieve of Eratosthenes.</summary>
internal static class IntegerKernel
{
    private const int Words = 1024;
    private const int Numbers = 8192;
    private const uint Buffer = KernelImage.Data;
    private const uint CrcTable = KernelImage.Data + 0x10000;
    private const uint Flags = KernelImage.Data + 0x20000;

    /// <summary>Writes it for so many rounds of all three.</summary>
    public static void Write(Assembler a, uint rounds)
    {
        Label again = a.CreateLabel();
        WriteCrcTable(a);
        a.mov(r8d, CrcTable);
        a.mov(r9d, Flags);
        a.mov(r10, 0x9E3779B97F4A7C15); // the random number
        a.xor(r11d, r11d); // the checksum
        a.mov(r12d, rounds);
        a.Label(ref again);
        WriteRandom(a);
        WriteCrc(a);
        WriteSieve(a);
        a.dec(r12d);
        a.jne(again);
        a.mov(rax, r11);
    }

    // The remainders of all bytes, bit by bit.
    private static void WriteCrcTable(Assembler a)
    {
        const uint polynomial = 0xEDB88320;
        Label each = a.CreateLabel();
        Label bit = a.CreateLabel();
        Label even = a.CreateLabel();
        a.mov(edi, CrcTable);
        a.xor(ecx, ecx);
        a.Label(ref each);
        a.mov(eax, ecx);
        a.mov(edx, 8);
        a.Label(ref bit);
        a.shr(eax, 1);
        a.jnc(even);
        a.xor(eax, polynomial);
        a.Label(ref even);
        a.dec(edx);
        a.jne(bit);
        a.mov(__dword_ptr[rdi + rcx * 4], eax);
        a.inc(ecx);
        a.cmp(ecx, 256);
        a.jne(each);
    }

    private static void WriteRandom(Assembler a)
    {
        Label next = a.CreateLabel();
        a.mov(edi, Buffer);
        a.mov(ecx, Words);
        a.mov(rax, r10);
        a.Label(ref next);
        a.mov(rdx, rax);
        a.shl(rdx, 13);
        a.xor(rax, rdx);
        a.mov(rdx, rax);
        a.shr(rdx, 7);
        a.xor(rax, rdx);
        a.mov(rdx, rax);
        a.shl(rdx, 17);
        a.xor(rax, rdx);
        a.mov(__qword_ptr[rdi], rax);
        a.add(rdi, 8);
        a.dec(ecx);
        a.jne(next);
        a.mov(r10, rax);
    }

    private static void WriteCrc(Assembler a)
    {
        Label next = a.CreateLabel();
        a.mov(esi, Buffer);
        a.lea(rdi, __[rsi + (Words * 8)]);
        a.mov(eax, -1);
        a.Label(ref next);
        a.mov(edx, eax);
        a.xor(dl, __byte_ptr[rsi]);
        a.inc(rsi);
        a.movzx(edx, dl);
        a.shr(eax, 8);
        a.xor(eax, __dword_ptr[r8 + rdx * 4]);
        a.cmp(rsi, rdi);
        a.jne(next);
        a.not(eax);
        a.add(r11, rax);
    }

    private static void WriteSieve(Assembler a)
    {
        Label fill = a.CreateLabel();
        Label candidate = a.CreateLabel();
        Label multiple = a.CreateLabel();
        Label composite = a.CreateLabel();
        a.mov(rax, 0x0101010101010101);
        a.mov(rdi, r9);
        a.mov(ecx, Numbers / 8);
        a.Label(ref fill);
        a.mov(__qword_ptr[rdi], rax);
        a.add(rdi, 8);
        a.dec(ecx);
        a.jne(fill);

        a.mov(ebx, 2);
        a.Label(ref candidate);
        a.cmp(__byte_ptr[r9 + rbx], 0);
        a.je(composite);
        a.add(r11, rbx);
        a.lea(edx, __[rbx + rbx]);
        a.cmp(edx, Numbers);
        a.jae(composite);
        a.Label(ref multiple);
        a.mov(__byte_ptr[r9 + rdx], 0);
        a.add(edx, ebx);
        a.cmp(edx, Numbers);
        a.jb(multiple);
        a.Label(ref composite);
        a.inc(ebx);
        a.cmp(ebx, Numbers);
        a.jb(candidate);
    }
}
