using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Ratios.Emulators;

/// <summary>3,000 functions, some 300 KB of code, called in skewed random order: neither an instruction cache nor a branch predictor holds them.</summary>
internal static class WideKernel
{
    /// <summary>Writes it for so many calls.</summary>
    public static void Write(Assembler a, uint iterations)
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
