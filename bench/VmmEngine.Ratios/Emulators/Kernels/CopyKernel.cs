using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Ratios.Emulators;

/// <summary>Copies 8 MiB, eight bytes at a time, and adds the copy up: 4,096 pages through the translation caches.</summary>
internal static class CopyKernel
{
    private const int Words = 1 << 20;
    private const uint From = KernelImage.Data;

    // Not a power of two apart: the two would fight for the same entries of every translation cache that is indexed by low bits.
    private const uint To = KernelImage.Data + (Words * 8) + 0x25000;

    /// <summary>Writes it for so many copies.</summary>
    public static void Write(Assembler a, uint copies)
    {
        Label again = a.CreateLabel();
        Label copy = a.CreateLabel();
        Label sum = a.CreateLabel();
        a.xor(eax, eax);
        a.mov(r8d, copies);
        WriteSource(a);
        a.Label(ref again);
        a.mov(esi, From);
        a.mov(edi, To);
        a.mov(__qword_ptr[rsi], r8);
        a.mov(ecx, Words);
        a.Label(ref copy);
        a.mov(rdx, __qword_ptr[rsi]);
        a.mov(__qword_ptr[rdi], rdx);
        a.add(rsi, 8);
        a.add(rdi, 8);
        a.dec(ecx);
        a.jne(copy);
        a.mov(edi, To);
        a.mov(ecx, Words);
        a.Label(ref sum);
        a.add(rax, __qword_ptr[rdi + rcx * 8 - 8]);
        a.dec(ecx);
        a.jne(sum);
        a.dec(r8d);
        a.jne(again);
    }

    private static void WriteSource(Assembler a)
    {
        Label next = a.CreateLabel();
        a.mov(edi, From);
        a.mov(ecx, Words);
        a.Label(ref next);
        a.mov(__qword_ptr[rdi], rdi);
        a.add(rdi, 8);
        a.dec(ecx);
        a.jne(next);
    }
}
