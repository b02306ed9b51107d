using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Ratios.Emulators;

/// <summary>The programs on which emulators are compared. Each leaves a checksum of its work in RAX.</summary>
internal static class Kernels
{
    /// <summary>All of them, with the iterations that take a fast interpreter about half a second.</summary>
    public static IReadOnlyList<Kernel> All { get; } =
    [
        new("int", "integer loop", 12_000_000, 1, Integers),
        new("copy", "memory copy with paging", 12, 1, Copy),
        new("fib", "recursion", 31, 1, Recursion),
        new("mix", "bytecode interpreter with indirect jumps, hash table", 8_000_000, 1, Mix),
        new("wide", "3,000 functions called at random", 1_500_000, 1, Wide),
    ];

    /// <summary>xorshift, a bitwise checksum and a conditional, in registers.</summary>
    private static void Integers(Assembler a, uint iterations)
    {
        Label loop = a.CreateLabel();
        Label even = a.CreateLabel();
        a.mov(rax, 0x9E3779B97F4A7C15);
        a.xor(ebx, ebx);
        a.mov(ecx, iterations);
        a.Label(ref loop);
        a.mov(rdx, rax);
        a.shl(rdx, 13);
        a.xor(rax, rdx);
        a.mov(rdx, rax);
        a.shr(rdx, 7);
        a.xor(rax, rdx);
        a.mov(rdx, rax);
        a.shl(rdx, 17);
        a.xor(rax, rdx);
        a.test(al, 1);
        a.je(even);
        a.lea(rbx, __[rbx + rax * 2 + 1]);
        a.Label(ref even);
        a.add(rbx, rdx);
        a.rol(ebx, 5);
        a.imul(edx, eax, 31);
        a.sub(rbx, rdx);
        a.dec(ecx);
        a.jne(loop);
        a.mov(rax, rbx);
    }

    /// <summary>Copies 8 MiB, eight bytes at a time, and adds the copy up.</summary>
    private static void Copy(Assembler a, uint iterations)
    {
        const uint words = 1 << 20;
        Label again = a.CreateLabel();
        Label copy = a.CreateLabel();
        Label sum = a.CreateLabel();
        a.xor(eax, eax);
        a.mov(r8d, iterations);
        a.Label(ref again);
        a.mov(esi, KernelImage.Data);
        a.mov(edi, KernelImage.Data + (words * 8));
        a.mov(__qword_ptr[rsi], r8);
        a.mov(ecx, words);
        a.Label(ref copy);
        a.mov(rdx, __qword_ptr[rsi]);
        a.mov(__qword_ptr[rdi], rdx);
        a.add(rsi, 8);
        a.add(rdi, 8);
        a.dec(ecx);
        a.jne(copy);
        a.mov(edi, KernelImage.Data + (words * 8));
        a.mov(ecx, words);
        a.Label(ref sum);
        a.add(rax, __qword_ptr[rdi + rcx * 8 - 8]);
        a.dec(ecx);
        a.jne(sum);
        a.dec(r8d);
        a.jne(again);
    }

    /// <summary>Fibonacci numbers by calling itself twice.</summary>
    private static void Recursion(Assembler a, uint number)
    {
        Label fibonacci = a.CreateLabel();
        Label small = a.CreateLabel();
        Label end = a.CreateLabel();
        a.mov(esp, KernelImage.StackTop);
        a.mov(edi, number);
        a.call(fibonacci);
        a.jmp(end);

        a.Label(ref fibonacci);
        a.cmp(edi, 2);
        a.jb(small);
        a.push(rbx);
        a.mov(ebx, edi);
        a.lea(edi, __[rbx - 1]);
        a.call(fibonacci);
        a.push(rax);
        a.lea(edi, __[rbx - 2]);
        a.call(fibonacci);
        a.pop(rdx);
        a.add(rax, rdx);
        a.pop(rbx);
        a.ret();
        a.Label(ref small);
        a.mov(eax, edi);
        a.ret();
        a.Label(ref end);
    }

    /// <summary>A bytecode loop that jumps through a table, one of whose operations looks into a hash table.</summary>
    private static void Mix(Assembler a, uint iterations)
    {
        const uint jumpTable = KernelImage.Data;
        const uint program = KernelImage.Data + 0x1000;
        const uint hashTable = KernelImage.Data + 0x10000;
        const int programBytes = 64;
        Label[] operations = [.. Enumerable.Range(0, 8).Select(_ => a.CreateLabel())];
        Label next = a.CreateLabel();
        Label end = a.CreateLabel();
        for (int i = 0; i < operations.Length; i++)
        {
            a.lea(rax, __[operations[i]]);
            a.mov(__qword_ptr[jumpTable + (i * 8)], rax);
        }

        uint seed = 12345;
        for (int i = 0; i < programBytes - 1; i++)
        {
            seed = (seed * 1103515245) + 12345;
            a.mov(__byte_ptr[program + i], (int)((seed >> 16) % 7));
        }

        a.mov(__byte_ptr[program + programBytes - 1], 7);
        a.mov(r15d, iterations);
        a.mov(r14d, jumpTable);
        a.mov(r13d, hashTable);
        a.mov(esi, program);
        a.mov(eax, 1);
        a.xor(ebx, ebx);

        a.Label(ref next);
        a.movzx(ecx, __byte_ptr[rsi]);
        a.inc(rsi);
        a.jmp(__qword_ptr[r14 + rcx * 8]);

        a.Label(ref operations[0]);
        a.add(rax, rbx);
        a.jmp(next);
        a.Label(ref operations[1]);
        a.xor(rax, 0x55);
        a.jmp(next);
        a.Label(ref operations[2]);
        a.lea(rbx, __[rbx + rax * 4 + 7]);
        a.jmp(next);
        a.Label(ref operations[3]);
        a.ror(rax, 11);
        a.jmp(next);
        a.Label(ref operations[4]);
        a.imul(rdx, rax, 0x1E3779B1);
        a.shr(rdx, 20);
        a.and(edx, 0xFFF);
        a.add(__qword_ptr[r13 + rdx * 8], rax);
        a.mov(rbx, __qword_ptr[r13 + rdx * 8]);
        a.jmp(next);
        a.Label(ref operations[5]);
        a.sub(rax, rbx);
        a.not(rax);
        a.jmp(next);
        a.Label(ref operations[6]);
        a.cmp(rax, rbx);
        a.cmova(rax, rbx);
        a.adc(rbx, 3);
        a.jmp(next);
        a.Label(ref operations[7]);
        a.mov(esi, program);
        a.sub(r15d, programBytes);
        a.ja(next);
        a.jmp(end);
        a.Label(ref end);
        a.add(rax, rbx);
    }

    /// <summary>So many different functions that neither an instruction cache nor a branch predictor holds them.</summary>
    private static void Wide(Assembler a, uint iterations)
    {
        const int functions = 3_000;
        const uint table = KernelImage.Data;
        Label[] entries = [.. Enumerable.Range(0, functions).Select(_ => a.CreateLabel())];
        Label loop = a.CreateLabel();
        Label end = a.CreateLabel();
        a.mov(esp, KernelImage.StackTop);
        for (int i = 0; i < functions; i++)
        {
            a.lea(rax, __[entries[i]]);
            a.mov(__qword_ptr[table + (i * 8)], rax);
        }

        a.mov(r12d, iterations);
        a.mov(r13d, 0x12345678);
        a.mov(r14d, table);
        a.xor(eax, eax);
        a.mov(ebx, 1);
        a.mov(ecx, 2);
        a.mov(esi, KernelImage.Data + 0x10000);
        a.Label(ref loop);
        a.imul(r13d, r13d, 1664525);
        a.add(r13d, 1013904223);
        a.mov(edx, r13d);
        a.shr(edx, 16);
        a.imul(edx, edx);       // the square of a uniform number: low functions come more often
        a.shr(edx, 16);
        a.imul(edx, edx, functions);
        a.shr(edx, 16);
        a.call(__qword_ptr[r14 + rdx * 8]);
        a.dec(r12d);
        a.jne(loop);
        a.jmp(end);

        uint seed = 99;
        for (int i = 0; i < functions; i++)
        {
            a.Label(ref entries[i]);
            WriteFunction(a, ref seed);
        }

        a.Label(ref end);
    }

    private static void WriteFunction(Assembler a, ref uint seed)
    {
        Label skip = a.CreateLabel();
        for (int i = 0; i < 24; i++)
        {
            seed = (seed * 1103515245) + 12345;
            int constant = (int)(seed >> 8) & 0xFFF;
            switch ((seed >> 20) % 8)
            {
                case 0: a.add(rax, constant); break;
                case 1: a.xor(rbx, rax); break;
                case 2: a.lea(rcx, __[rcx + rax * 2 + constant]); break;
                case 3: a.mov(rdx, __qword_ptr[rsi + (constant & 0xFF8)]); break;
                case 4: a.mov(__qword_ptr[rsi + (constant & 0xFF8)], rax); break;
                case 5: a.shl(rbx, 3); break;
                case 6: a.sub(rax, rcx); break;
                default: a.movzx(edx, bl); break;
            }

            if (i == 12)
            {
                a.test(eax, constant | 1);
                a.je(skip);
            }
        }

        a.Label(ref skip);
        a.ret();
    }
}

/// <summary>One program.</summary>
/// <param name="Name">For rows.</param>
/// <param name="Description">For people.</param>
/// <param name="Iterations">How much work one measurement is.</param>
/// <param name="FewIterations">Hardly any work, to find out what starting costs.</param>
/// <param name="Write">Writes it for so many iterations.</param>
internal sealed record Kernel(string Name, string Description, uint Iterations, uint FewIterations, Action<Assembler, uint> Write)
{
    /// <summary>Builds its image.</summary>
    public KernelImage Build(uint iterations) => KernelImage.Build(assembler => Write(assembler, iterations));
}
