using System.Reflection;
using System.Runtime.InteropServices;
using Iced.Intel;
using VmmEngine.Tests.Shared;

namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>Executes a function row of the SIMD and x87 tables by its handler alone: without translation, paging or the run loop.</summary>
internal sealed unsafe class RowRunner : IInstructionRunner
{
    private const int CpuBytes = 0x4000;

    private readonly Cpu* _cpu = (Cpu*)NativeMemory.AlignedAlloc(CpuBytes, 64);
    private readonly TlbEntry* _tlb = (TlbEntry*)NativeMemory.AlignedAlloc((nuint)(Tlb.Entries * sizeof(TlbEntry)), 64);
    private readonly MicroOp* _ops = (MicroOp*)NativeMemory.AlignedAlloc((nuint)(2 * sizeof(MicroOp)), 64);
    private readonly byte* _data = (byte*)NativeMemory.AlignedAlloc(4096, 4096);
    private readonly Dictionary<string, (string Rules, nint Function)> _rows = [];

    /// <summary>Reads the rows of <paramref name="tables"/>.</summary>
    public RowRunner(params ReadOnlySpan<string> tables)
    {
        for (uint i = 0; i < Tlb.Entries; i++)
        {
            _tlb[i] = new TlbEntry { ReadTag = Tlb.NoTag(i), WriteTag = Tlb.NoTag(i) };
        }

        foreach (string table in tables)
        {
            foreach (string line in File.ReadLines(Path.Combine(RepositoryRoot.Folder, "tables/x86", table)))
            {
                string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (columns.Length == 7 && columns[0][0] != '#' && columns[5] == "function")
                {
                    _rows.Add(columns[0], (columns[4], FunctionOf(columns[6])));
                }
            }
        }
    }

    /// <inheritdoc/>
    public string Name => "table row";

    /// <summary>CR0 of the instructions to come.</summary>
    public ulong Cr0 { get; set; } = Cr0Bits.ProtectionEnable | Cr0Bits.NumericError | Cr0Bits.MonitorCoprocessor;

    /// <summary>CR4.</summary>
    public ulong Cr4 { get; set; } = Cr4Bits.FxsaveSupport | Cr4Bits.SimdExceptions;

    /// <summary>Encodings that have a row.</summary>
    public IReadOnlyCollection<string> Codes => _rows.Keys;

    /// <inheritdoc/>
    public string? Run(ReadOnlySpan<byte> instruction, ref MachineState state, Span<byte> data)
    {
        Instruction decoded = Decoder.Create(64, instruction.ToArray()).Decode();
        (string rules, nint function) = _rows[decoded.Code.ToString()];
        ulong address = 0;
        foreach (UsedMemory memory in new InstructionInfoFactory().GetInfo(decoded).GetUsedMemory())
        {
            address = StatePreparation.AddressOf(memory, state);
        }

        NativeMemory.Clear(_cpu, CpuBytes);
        _cpu->Tlb = _tlb;
        *Tlb.Find(_cpu, GuestData.Address) = new TlbEntry
        {
            ReadTag = GuestData.Address, WriteTag = GuestData.Address, Addend = (ulong)_data - GuestData.Address,
        };
        _cpu->Cr0 = Cr0;
        _cpu->Cr4 = Cr4;
        _cpu->EffectiveAddress = address;
        data.CopyTo(new Span<byte>(_data, data.Length));
        CpuStates.Load(_cpu, state);
        _ops[0] = Encode(decoded, rules, function);
        _ops[1] = new MicroOp { Handler = &Stop };
        _ops[0].Handler(_cpu, _ops);
        if (_cpu->Outcome != Step.Next)
        {
            return $"{_cpu->Outcome}, vector {_cpu->Exception.Vector}";
        }

        CpuStates.Store(_cpu, ref state);
        new Span<byte>(_data, data.Length).CopyTo(data);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_cpu);
        NativeMemory.AlignedFree(_tlb);
        NativeMemory.AlignedFree(_ops);
        NativeMemory.AlignedFree(_data);
    }

    private static void Stop(Cpu* cpu, MicroOp* op)
    {
    }

    private static MicroOp Encode(in Instruction instruction, string rules, nint function)
    {
        bool load = instruction.Op0Kind == OpKind.Memory ? rules.Contains("ld") : instruction.OpCount > 1 && instruction.Op1Kind == OpKind.Memory;
        bool memory = load || instruction.Op0Kind == OpKind.Memory;
        int last = instruction.OpCount - 1;
        return new MicroOp
        {
            Handler = HandlerOf(rules.Split(',')[0], load, memory),
            Target = (ulong)function,
            Destination = instruction.Op0Kind == OpKind.Register ? Offset(instruction.Op0Register) : (ushort)0,
            Source = instruction.OpCount > 1 && instruction.Op1Kind == OpKind.Register ? Offset(instruction.Op1Register) : (ushort)0,
            Immediate = last >= 0 && instruction.GetOpKind(last) == OpKind.Immediate8 ? instruction.GetImmediate(last) : 0,
            Size = (byte)(memory ? instruction.MemorySize.GetSize() : 0),
            Flags = (memory ? OpFlags.Memory : 0) | (rules.Contains("a16") ? OpFlags.Aligned : 0),
            Length = (byte)instruction.Length,
        };
    }

    private static delegate*<Cpu*, MicroOp*, void> HandlerOf(string family, bool load, bool memory) => family switch
    {
        "sse" => load ? &SseHandlers.Load : memory ? &SseHandlers.Store : &SseHandlers.Register,
        "mmx" => load ? &MmxHandlers.Load : memory ? &MmxHandlers.Store : &MmxHandlers.Register,
        "x87" => load ? &FpuHandlers.Load : memory ? &FpuHandlers.Store : &FpuHandlers.Register,
        _ => throw new NotSupportedException(family),
    };

    private static ushort Offset(Register register) => register switch
    {
        >= Register.XMM0 and <= Register.XMM15 => (ushort)(1024 + (16 * (register - Register.XMM0))),
        >= Register.MM0 and <= Register.MM7 => (ushort)(SimdAccess.MmxBase + (16 * (register - Register.MM0))),
        >= Register.ST0 and <= Register.ST7 => (ushort)(register - Register.ST0),
        _ => (ushort)(8 * (register.GetFullRegister() - Register.RAX)),
    };

    private static nint FunctionOf(string name)
    {
        string[] parts = name.Split('.');
        MethodInfo method = typeof(Cpu).Assembly.GetType($"VmmEngine.SoftX86.{parts[0]}")?.GetMethod(parts[1])
            ?? throw new InvalidOperationException($"no method {name}");
        return method.MethodHandle.GetFunctionPointer();
    }
}
