using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Ratios.Emulators;

/// <summary>A hash table of 32-bit keys with linear probing, in the guest.</summary>
internal static class HashTable
{
    private const int Slots = 512;
    private const int HashShift = 32 - 9;
    private const uint Address = KernelImage.Data + 0x30000;

    /// <summary>A function that empties the table, inserts all keys of an array, and adds the number of probes to R11.</summary>
    public static void WriteInsert(Assembler a, ref Label insert, uint array, int keys)
    {
        Label clear = a.CreateLabel();
        Label each = a.CreateLabel();
        Label probe = a.CreateLabel();
        Label free = a.CreateLabel();
        Label found = a.CreateLabel();
        a.Label(ref insert);
        a.mov(r8d, Address);
        a.xor(eax, eax);
        a.mov(ecx, Slots / 2);
        a.Label(ref clear);
        a.mov(__qword_ptr[r8 + rcx * 8 - 8], rax);
        a.dec(ecx);
        a.jne(clear);

        a.mov(esi, array);
        a.mov(ecx, keys);
        a.Label(ref each);
        a.mov(eax, __dword_ptr[rsi]);
        a.or(eax, 1); // 0 is a free slot
        a.imul(edx, eax, unchecked((int)0x9E3779B1));
        a.shr(edx, HashShift);
        a.Label(ref probe);
        a.inc(r11);
        a.mov(edi, __dword_ptr[r8 + rdx * 4]);
        a.test(edi, edi);
        a.je(free);
        a.cmp(edi, eax);
        a.je(found);
        a.inc(edx);
        a.and(edx, Slots - 1);
        a.jmp(probe);
        a.Label(ref free);
        a.mov(__dword_ptr[r8 + rdx * 4], eax);
        a.Label(ref found);
        a.add(rsi, 4);
        a.dec(ecx);
        a.jne(each);
        a.ret();
    }
}
