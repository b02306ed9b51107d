using System.Runtime.InteropServices;
using Iced.Intel;
using VmmEngine.Memory;
using VmmEngine.SoftX86.Tests.Memory;
using VmmEngine.SoftX86.Tests.Oracle;

namespace VmmEngine.SoftX86.Tests.Selection;

/// <summary>Executes the micro-ops that the tables give for an instruction: selection, address, handler; no translator and no run loop.</summary>
internal sealed unsafe class FormRunner : IInstructionRunner
{
    private const ulong BlockRip = 0x1000;

    private readonly MemoryProcessor _processor = new();
    private readonly byte* _data;
    private readonly MicroOp* _ops = (MicroOp*)NativeMemory.AlignedAlloc((nuint)((SoftX86.Forms.MaximumOps + 1) * sizeof(MicroOp)), 64);

    /// <summary>A runner in 64-bit mode without translation, with the guest data's page.</summary>
    public FormRunner()
    {
        _data = _processor.AddRegion(GuestData.Address, 1, MemoryProtection.All);
        _processor.Use(PagingMode.Flat);
        Cpu->Mode = CpuMode.Long64;
        Cpu->FlagsMiss = &LazyFlags.Miss;
    }

    /// <inheritdoc/>
    public string Name => "form";

    /// <summary>The processor.</summary>
    public Cpu* Cpu => _processor.Cpu;

    /// <summary>Status flags that somebody is going to read.</summary>
    public uint LiveFlags { get; set; } = StatusFlags.All;

    /// <summary>True if the tables cover an encoding with these operands.</summary>
    public static bool Covers(in Instruction instruction) => SoftX86.Forms.TryDescribe(in instruction, Context, out _);

    /// <inheritdoc/>
    public string? Run(ReadOnlySpan<byte> instruction, ref MachineState state, Span<byte> data)
    {
        CpuStates.Load(Cpu, state);
        data.CopyTo(new Span<byte>(_data, data.Length));
        if (Run(instruction) is { } stopped)
        {
            return stopped;
        }

        CpuStates.Store(Cpu, ref state);
        new Span<byte>(_data, data.Length).CopyTo(data);
        return null;
    }

    /// <summary>Executes an instruction in the state that is there.</summary>
    /// <returns>Null, or what happened instead of completion.</returns>
    public string? Run(ReadOnlySpan<byte> instruction)
    {
        Decoder decoder = Decoder.Create(64, instruction.ToArray());
        decoder.IP = BlockRip;
        Instruction decoded = decoder.Decode();
        int count = SoftX86.Forms.Emit(in decoded, Context, LiveFlags, _ops);
        if (count == 0)
        {
            return "not covered";
        }

        _ops[count] = new MicroOp { Handler = &Stop };
        Cpu->BlockRip = BlockRip;
        Cpu->Outcome = Step.Next;
        _ops[0].Handler(Cpu, _ops);
        return Cpu->Outcome == Step.Next ? null : $"{Cpu->Outcome}, vector {Cpu->Exception.Vector}";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_ops);
        _processor.Dispose();
    }

    private static FormContext Context => new() { Mode = CpuMode.Long64, FlatData = true, StackSize = 8, SimdAvailable = true, BlockRip = BlockRip };

    private static void Stop(Cpu* cpu, MicroOp* op)
    {
    }
}
