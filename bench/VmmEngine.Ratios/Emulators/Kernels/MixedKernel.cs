using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Ratios.Emulators;

/// <summary>What ordinary programs do: an interpreter of bytecode, a quicksort that compares through a function pointer, and a hash table.</summary>
internal static class MixedKernel
{
    private const int Keys = 128;
    private const uint Array = KernelImage.Data + 0x20000;

    /// <summary>Writes it for so many rounds of all three.</summary>
    public static void Write(Assembler a, uint rounds)
    {
        Label again = a.CreateLabel();
        Label interpret = a.CreateLabel();
        Label sort = a.CreateLabel();
        Label compare = a.CreateLabel();
        Label insert = a.CreateLabel();
        Label end = a.CreateLabel();
        Bytecode bytecode = new(a);
        bytecode.WriteTables();
        a.mov(esp, KernelImage.StackTop);
        a.mov(r15d, rounds);
        a.xor(r11d, r11d); // the checksum
        a.Label(ref again);
        a.call(interpret);
        a.add(r11, rax);
        WriteKeys(a);

        // Before they are sorted, so that they come in no order.
        a.call(insert);
        a.mov(edi, Array);
        a.mov(esi, Array + ((Keys - 1) * 4));
        a.lea(r12, __[compare]);
        a.call(sort);
        a.mov(eax, __dword_ptr[Array + (Keys * 2)]); // the one in the middle
        a.add(r11, rax);
        a.dec(r15d);
        a.jne(again);
        a.jmp(end);

        bytecode.WriteInterpreter(ref interpret);
        WriteSort(a, ref sort);
        WriteCompare(a, ref compare);
        HashTable.WriteInsert(a, ref insert, Array, Keys);
        a.Label(ref end);
        a.mov(rax, r11);
    }

    // Other keys in each round: RAX is what the bytecode has computed.
    private static void WriteKeys(Assembler a)
    {
        Label next = a.CreateLabel();
        a.mov(edi, Array);
        a.mov(ecx, Keys);
        a.Label(ref next);
        a.imul(eax, eax, 1664525);
        a.add(eax, 1013904223);
        a.mov(__dword_ptr[rdi], eax);
        a.add(rdi, 4);
        a.dec(ecx);
        a.jne(next);
    }

    // Sorts from RDI to RSI, inclusive, by the function in R12.
    private static void WriteSort(Assembler a, ref Label sort)
    {
        Label end = a.CreateLabel();
        Label next = a.CreateLabel();
        Label stays = a.CreateLabel();
        a.Label(ref sort);
        a.cmp(rdi, rsi);
        a.jae(end);
        a.push(rbx);
        a.push(rbp);
        a.push(r13);
        a.push(rdi);
        a.mov(rbx, rdi); // before it are those below the pivot
        a.mov(rbp, rdi);
        a.mov(r13, rsi); // the pivot
        a.Label(ref next);
        a.mov(edi, __dword_ptr[rbp]);
        a.mov(esi, __dword_ptr[r13]);
        a.call(r12);
        a.test(eax, eax);
        a.jns(stays);
        a.mov(eax, __dword_ptr[rbx]);
        a.mov(edx, __dword_ptr[rbp]);
        a.mov(__dword_ptr[rbx], edx);
        a.mov(__dword_ptr[rbp], eax);
        a.add(rbx, 4);
        a.Label(ref stays);
        a.add(rbp, 4);
        a.cmp(rbp, r13);
        a.jb(next);
        a.mov(eax, __dword_ptr[rbx]);
        a.mov(edx, __dword_ptr[r13]);
        a.mov(__dword_ptr[rbx], edx);
        a.mov(__dword_ptr[r13], eax);
        a.pop(rdi);
        a.lea(rsi, __[rbx - 4]);
        a.call(sort);
        a.lea(rdi, __[rbx + 4]);
        a.mov(rsi, r13);
        a.call(sort);
        a.pop(r13);
        a.pop(rbp);
        a.pop(rbx);
        a.Label(ref end);
        a.ret();
    }

    // EAX: less than, equal to or greater than 0, as EDI is compared with ESI.
    private static void WriteCompare(Assembler a, ref Label compare)
    {
        a.Label(ref compare);
        a.xor(eax, eax);
        a.xor(edx, edx);
        a.cmp(edi, esi);
        a.setg(al);
        a.setl(dl);
        a.sub(eax, edx);
        a.ret();
    }
}
