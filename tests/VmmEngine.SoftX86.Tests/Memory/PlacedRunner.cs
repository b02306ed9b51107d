using System.Runtime.InteropServices;
using Iced.Intel;
using VmmEngine.Backends;
using VmmEngine.SoftX86.Tests.Oracle;

namespace VmmEngine.SoftX86.Tests.Memory;

/// <summary>Where a <see cref="PlacedRunner"/> puts the data.</summary>
internal enum Placement
{
    /// <summary>In one page of memory.</summary>
    Memory,

    /// <summary>In one page of memory that holds decoded code.</summary>
    Code,

    /// <summary>In a device.</summary>
    Device,

    /// <summary>In two pages of memory that are not neighbours.</summary>
    Crossing,

    /// <summary>The lower part in memory, the upper part in a device.</summary>
    IntoDevice,

    /// <summary>The lower part in a device, the upper part in memory.</summary>
    OutOfDevice,
}

/// <summary>
/// Executes one instruction by its generated handlers with the data where the placement says. A device is played by answering its exits from an
/// array. Explicit operands of the placements on two pages are moved so that many lie on the border.
/// </summary>
internal sealed unsafe class PlacedRunner : IInstructionRunner
{
    private const ulong Start = 0x5000;
    private const int MostOps = 16;
    private const int MostSteps = 1000;

    // The data then begin half their length before the end of the first page.
    private const int Shift = 4096 - (GuestData.Length / 2);

    // Two linear pages show these; the device's addresses are where this machine has no memory.
    private const ulong FirstPage = 0x20000, SecondPage = 0x10000, Device = 0x8000_0000;

    private readonly MemoryProcessor _processor = new();
    private readonly byte[] _device = new byte[2 * 4096];
    private readonly MicroOp* _ops = (MicroOp*)NativeMemory.AllocZeroed(2 * MostOps, (nuint)sizeof(MicroOp));
    private readonly Placement _placement;

    public PlacedRunner(Placement placement)
    {
        _placement = placement;
        _processor.Put(0x1000, 0x2007);
        _processor.Put(0x2000 + 8, 0x3007);
        _processor.Put(0x3000 + (384 * 8), 0x4007);
        bool first = placement is Placement.Device or Placement.OutOfDevice;
        bool second = placement is Placement.Device or Placement.IntoDevice;
        _processor.Put(0x4000 + (16 * 8), (first ? Device : FirstPage) | 7);
        _processor.Put(0x4000 + (17 * 8), (second ? Device + 4096 : SecondPage) | 7);
        _processor.Use(PagingMode.FourLevel, 0x1000);
        _processor.Cpu->Cr4 |= Cr4Bits.FxsaveSupport | Cr4Bits.SimdExceptions;
        _processor.Cpu->FlagsMiss = &LazyFlags.Miss;
        if (placement == Placement.Code)
        {
            _processor.MarkCode(FirstPage);
        }
    }

    public string Name => _placement.ToString();

    /// <summary>How many exits there were.</summary>
    public int Exits { get; private set; }

    private static FormContext Context => new()
    {
        Mode = CpuMode.Long64, FlatData = true, StackSize = 8, BlockRip = Start, SimdAvailable = true,
    };

    /// <summary>Whether the tables have the instruction at all.</summary>
    public static bool Covers(in Instruction instruction) => Forms.TryDescribe(in instruction, Context, out _);

    public string? Run(ReadOnlySpan<byte> instruction, ref MachineState state, Span<byte> data)
    {
        Instruction decoded = Decoder.Create(64, instruction.ToArray(), Start).Decode();
        if (!Covers(in decoded))
        {
            return "not covered";
        }

        Cpu* cpu = _processor.Cpu;
        int count = Forms.Emit(in decoded, Context, uint.MaxValue, _ops);
        _ops[count] = new MicroOp { Handler = &End, Offset = (ushort)decoded.Length };
        int shift = _placement >= Placement.Crossing && TryShift(decoded, count) ? Shift : 0;
        Move(data, shift, load: true);
        CpuStates.Load(cpu, state);
        string? stopped = Execute(cpu);
        if (stopped == null)
        {
            CpuStates.Store(cpu, ref state);
            Move(data, shift, load: false);
        }

        return stopped;
    }

    public void Dispose()
    {
        NativeMemory.Free(_ops);
        _processor.Dispose();
    }

    private static void End(Cpu* cpu, MicroOp* op)
    {
    }

    private string? Execute(Cpu* cpu)
    {
        cpu->BlockRip = Start;
        cpu->Rip = Start;
        cpu->Outcome = Step.Next;
        _ops[0].Handler(cpu, _ops);
        Step step = cpu->Outcome;
        if (step == Step.Next)
        {
            return null;
        }

        for (int i = 0; i < MostSteps; i++)
        {
            cpu->Outcome = Step.Next;
            if (step == Step.Fault)
            {
                step = Mmu.TakeRefusal(cpu);
            }

            if (step == Step.EndBlock && cpu->Rip != Start)
            {
                return null;
            }

            if (step == Step.EndBlock)
            {
                // A string instruction that has more to do.
                return "a string instruction was interrupted";
            }

            if (step != Step.Exit || cpu->Completion == null)
            {
                return $"{step}, vector {cpu->Exception.Vector}, exit {cpu->Exit->Reason} {cpu->Exit->Detail:x}";
            }

            Answer(cpu->Exit);
            delegate*<Cpu*, Step> completion = cpu->Completion;
            cpu->Completion = null;
            step = completion(cpu);
        }

        return "the device is asked for ever";
    }

    private void Answer(VcpuExit* exit)
    {
        Exits++;
        Span<byte> place = _device.AsSpan((int)(exit->Address - Device), exit->Size);
        Span<byte> bytes = new((byte*)&exit->Data, exit->Size);
        if (exit->Reason == ExitReason.MmioWrite)
        {
            bytes.CopyTo(place);
        }
        else
        {
            exit->Data = ulong.MaxValue; // what is above the size does not count
            place.CopyTo(bytes);
        }
    }

    // Explicit operands only: registers that string instructions address by cannot be moved unseen. And LEA would show that its operand was.
    private bool TryShift(in Instruction instruction, int count)
    {
        bool isExplicit = false;
        for (int i = 0; i < instruction.OpCount; i++)
        {
            isExplicit |= instruction.GetOpKind(i) == OpKind.Memory;
        }

        bool fits = instruction.MemoryBase != Register.None && instruction.Mnemonic is not (Mnemonic.Xlatb or Mnemonic.Lea)
            && _ops[0].Displacement <= int.MaxValue - Shift;

        // Operands that must be aligned stay so, and never cross.
        if (!isExplicit || !fits)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            _ops[i].Displacement += Shift;
        }

        return true;
    }

    private void Move(Span<byte> data, int shift, bool load)
    {
        for (int i = 0; i < data.Length; i++)
        {
            int at = shift + i;
            bool second = at >= 4096;
            bool device = _placement == Placement.Device || _placement == (second ? Placement.IntoDevice : Placement.OutOfDevice);
            ref byte place = ref device ? ref _device[at] : ref _processor.Bytes[(int)(second ? SecondPage + (ulong)at - 4096 : FirstPage + (ulong)at)];
            if (load)
            {
                place = data[i];
            }
            else
            {
                data[i] = place;
            }
        }
    }
}
