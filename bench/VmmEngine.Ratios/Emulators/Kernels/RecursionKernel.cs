using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Ratios.Emulators;

/// <summary>Fibonacci numbers by a function that calls itself twice.</summary>
internal static class RecursionKernel
{
    /// <summary>Writes it for one number.</summary>
    public static void Write(Assembler a, uint number)
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
}
