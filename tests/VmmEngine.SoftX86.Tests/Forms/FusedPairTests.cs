using System.Runtime.InteropServices;
using Iced.Intel;
using VmmEngine.SoftX86.Tests.Memory;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.SoftX86.Tests.Selection;

/// <summary>An operation fused with a conditional jump does what the two do one after the other: result, flags, and which way.</summary>
public sealed unsafe class FusedPairTests : IDisposable
{
    private const ulong BlockRip = 0x1000;
    private const ulong Data = 0x2000;

    private static readonly Code[] Jumps =
    [
        Code.Jo_rel8_64, Code.Jno_rel8_64, Code.Jb_rel8_64, Code.Jae_rel8_64, Code.Je_rel8_64, Code.Jne_rel8_64, Code.Jbe_rel8_64, Code.Ja_rel8_64,
        Code.Js_rel8_64, Code.Jns_rel8_64, Code.Jp_rel8_64, Code.Jnp_rel8_64, Code.Jl_rel8_64, Code.Jge_rel8_64, Code.Jle_rel8_64, Code.Jg_rel8_64,
    ];

    private static readonly ulong[] Values = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, long.MaxValue, 1ul << 63, ulong.MaxValue];

    private static readonly FormContext Context = new() { Mode = CpuMode.Long64, FlatData = true, StackSize = 8, SimdAvailable = true, BlockRip = BlockRip };

    private readonly MemoryProcessor _processor = new();
    private readonly MicroOp* _ops = (MicroOp*)NativeMemory.AlignedAlloc((nuint)(8 * sizeof(MicroOp)), 64);

    public FusedPairTests()
    {
        _processor.Use(PagingMode.Flat);
        _processor.Cpu->Mode = CpuMode.Long64;
        _processor.Cpu->FlagsMiss = &LazyFlags.Miss;
    }

    private static IEnumerable<Action<Assembler>> Operations =>
    [
        a => a.cmp(eax, ebx), a => a.cmp(rax, rbx), a => a.cmp(eax, 1), a => a.cmp(rax, -1), a => a.cmp(al, bl), a => a.cmp(ax, bx), a => a.cmp(al, 0x80),
        a => a.cmp(__byte_ptr[rsi], 0x7F), a => a.cmp(__dword_ptr[rsi], 1), a => a.cmp(__qword_ptr[rsi], -1), a => a.cmp(eax, __dword_ptr[rsi]),
        a => a.cmp(rax, __qword_ptr[rsi]), a => a.cmp(__dword_ptr[rsi], ebx), a => a.cmp(__qword_ptr[rsi + rdi], rbx), a => a.test(al, bl),
        a => a.test(eax, ebx), a => a.test(rax, rax), a => a.test(al, 1), a => a.test(eax, 0x8000_0000), a => a.test(__byte_ptr[rsi], 2),
        a => a.and(eax, ebx), a => a.and(rax, 1), a => a.or(rax, rbx), a => a.sub(eax, ebx), a => a.sub(rax, 1), a => a.add(eax, ebx),
        a => a.add(rax, -1), a => a.dec(eax), a => a.dec(rax), a => a.inc(eax), a => a.inc(rax),
    ];

    [Fact]
    public void FusedAndSeparateAgree()
    {
        int pairs = 0;
        foreach (Action<Assembler> operation in Operations)
        {
            Instruction first = Assemble(operation);
            foreach (Code code in Jumps)
            {
                Instruction jump = Instruction.CreateBranch(code, 0x2000);
                if (SoftX86.Forms.EmitFused(in first, in jump, Context, _ops) == 0)
                {
                    continue;
                }

                pairs++;
                foreach (ulong left in Values)
                {
                    foreach (ulong right in Values)
                    {
                        foreach (uint flags in (uint[])[0, StatusFlags.All])
                        {
                            Compare(first, jump, left, right, flags);
                        }
                    }
                }
            }
        }

        Assert.InRange(pairs, 200, int.MaxValue);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_ops);
        _processor.Dispose();
    }

    private static Instruction Assemble(Action<Assembler> operation)
    {
        Assembler assembler = new(64);
        operation(assembler);
        return assembler.Instructions[0];
    }

    private void Compare(in Instruction first, in Instruction jump, ulong left, ulong right, uint flags)
    {
        int count = SoftX86.Forms.EmitFused(in first, in jump, Context, _ops);
        (bool taken, ulong result, uint after) = Execute(count, left, right, flags);

        int separate = SoftX86.Forms.Emit(in first, Context, StatusFlags.All, _ops);
        separate += SoftX86.Forms.Emit(in jump, Context, StatusFlags.All, _ops + separate);
        (bool expectedTaken, ulong expectedResult, uint expectedAfter) = Execute(separate, left, right, flags);

        Assert.True(
            (taken, result, after) == (expectedTaken, expectedResult, expectedAfter),
            $"{first} {jump.Mnemonic} {left:x} {right:x}: {taken} {result:x} {after:x}, not {expectedTaken} {expectedResult:x} {expectedAfter:x}");
    }

    private (bool Taken, ulong Result, uint Flags) Execute(int count, ulong left, ulong right, uint flags)
    {
        Cpu* cpu = _processor.Cpu;
        (cpu->General[0], cpu->General[3], cpu->General[6], cpu->General[7]) = (left, right, Data, 0);
        _processor.Put(Data, left);
        cpu->FlagKind = FlagKind.None;
        cpu->Rflags = flags;
        cpu->BlockRip = BlockRip;
        cpu->Link = null;
        _ops[0].Handler(cpu, _ops);
        Assert.True(cpu->Link == _ops + count || cpu->Link == _ops + count + 1);
        return (cpu->Link == _ops + count, cpu->General[0], LazyFlags.Compute(cpu));
    }
}
