using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Ratios.Emulators;

/// <summary>A stack machine, in the guest: its program, and its interpreter with a jump table.</summary>
internal sealed class Bytecode(Assembler a)
{
    private const uint JumpTable = KernelImage.Data;
    private const uint Program = KernelImage.Data + 0x1000;
    private const uint Variables = KernelImage.Data + 0x2000;
    private const uint Stack = KernelImage.Data + 0x3000;
    private const int Repetitions = 100;
    private const byte X = 0;
    private const byte Y = 1;
    private const byte Count = 2;

    private readonly Label[] _operations = [.. Enum.GetValues<Operation>().Select(_ => a.CreateLabel())];

    private enum Operation : byte
    {
        Constant, // the next byte, signed
        Load, // the variable that the next byte names
        Store,
        Add,
        Multiply,
        Xor,
        ShiftRight, // by the next byte
        JumpIfNotZero, // by the next byte, signed
        End,
    }

    /// <summary>Writes the jump table and the program.</summary>
    public void WriteTables()
    {
        for (int i = 0; i < _operations.Length; i++)
        {
            a.lea(rax, __[_operations[i]]);
            a.mov(__qword_ptr[JumpTable + (i * 8)], rax);
        }

        // x = x * 77 + 13; y ^= x >> 5; until the count is 0
        byte[] loop =
        [
            (byte)Operation.Load, X, (byte)Operation.Constant, 77, (byte)Operation.Multiply, (byte)Operation.Constant, 13, (byte)Operation.Add,
            (byte)Operation.Store, X,
            (byte)Operation.Load, Y, (byte)Operation.Load, X, (byte)Operation.ShiftRight, 5, (byte)Operation.Xor, (byte)Operation.Store, Y,
            (byte)Operation.Load, Count, (byte)Operation.Constant, 0xFF, (byte)Operation.Add, (byte)Operation.Store, Count,
            (byte)Operation.Load, Count, (byte)Operation.JumpIfNotZero,
        ];
        byte[] program = [.. loop, (byte)-(loop.Length + 1), (byte)Operation.End];
        for (int i = 0; i < program.Length; i++)
        {
            a.mov(__byte_ptr[Program + i], (uint)program[i]);
        }
    }

    /// <summary>A function that runs the program, and leaves what it has computed in RAX.</summary>
    public void WriteInterpreter(ref Label interpret)
    {
        Label next = a.CreateLabel();
        a.Label(ref interpret);
        a.mov(esi, Program);
        a.mov(edi, Stack);
        a.mov(r13d, Variables);
        a.mov(r14d, JumpTable);
        a.mov(__qword_ptr[r13 + (Count * 8)], Repetitions);
        a.Label(ref next);
        a.movzx(eax, __byte_ptr[rsi]);
        a.inc(rsi);
        a.jmp(__qword_ptr[r14 + rax * 8]);

        Begin(Operation.Constant);
        a.movsx(rax, __byte_ptr[rsi]);
        a.inc(rsi);
        Push(next);

        Begin(Operation.Load);
        a.movzx(eax, __byte_ptr[rsi]);
        a.inc(rsi);
        a.mov(rax, __qword_ptr[r13 + rax * 8]);
        Push(next);

        Begin(Operation.Store);
        a.sub(rdi, 8);
        a.movzx(eax, __byte_ptr[rsi]);
        a.inc(rsi);
        a.mov(rdx, __qword_ptr[rdi]);
        a.mov(__qword_ptr[r13 + rax * 8], rdx);
        a.jmp(next);

        Begin(Operation.Add);
        a.sub(rdi, 8);
        a.mov(rax, __qword_ptr[rdi]);
        a.add(__qword_ptr[rdi - 8], rax);
        a.jmp(next);

        Begin(Operation.Multiply);
        a.sub(rdi, 8);
        a.mov(rax, __qword_ptr[rdi - 8]);
        a.imul(rax, __qword_ptr[rdi]);
        a.mov(__qword_ptr[rdi - 8], rax);
        a.jmp(next);

        Begin(Operation.Xor);
        a.sub(rdi, 8);
        a.mov(rax, __qword_ptr[rdi]);
        a.xor(__qword_ptr[rdi - 8], rax);
        a.jmp(next);

        Begin(Operation.ShiftRight);
        a.movzx(ecx, __byte_ptr[rsi]);
        a.inc(rsi);
        a.shr(__qword_ptr[rdi - 8], cl);
        a.jmp(next);

        Begin(Operation.JumpIfNotZero);
        a.sub(rdi, 8);
        a.movsx(rax, __byte_ptr[rsi]);
        a.inc(rsi);
        a.cmp(__qword_ptr[rdi], 0);
        a.je(next);
        a.add(rsi, rax);
        a.jmp(next);

        Begin(Operation.End);
        a.mov(rax, __qword_ptr[r13 + (Y * 8)]);
        a.ret();
    }

    private void Begin(Operation operation) => a.Label(ref _operations[(int)operation]);

    private void Push(Label next)
    {
        a.mov(__qword_ptr[rdi], rax);
        a.add(rdi, 8);
        a.jmp(next);
    }
}
