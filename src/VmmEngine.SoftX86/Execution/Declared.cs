// What the block loop needs of parts that are being built: each goes away with the part.
#pragma warning disable SA1402, CS1591
using Iced.Intel;

namespace VmmEngine.SoftX86;

[Flags]
internal enum Access : uint
{
    Read = 0,
    Write = 1,
    Execute = 2,
    System = 4,
    Modify = Write | 8,
}

internal static unsafe class Mmu
{
    public static bool TryTranslate(Cpu* cpu, ulong linear, Access access, out ulong gpa) => throw new NotImplementedException();

    public static void DropWriteTag(Cpu* cpu, ulong page) => throw new NotImplementedException();

    public static void FlushAll(Cpu* cpu) => throw new NotImplementedException();

    public static void PagingChanged(Cpu* cpu) => throw new NotImplementedException();

    public static Step TakeRefusal(Cpu* cpu) => throw new NotImplementedException();

    public static bool Create(Cpu* cpu, PhysicalMap* map) => throw new NotImplementedException();

    public static void Destroy(Cpu* cpu) => throw new NotImplementedException();
}

internal unsafe struct PhysicalMap
{
    public static PhysicalMap* Create() => throw new NotImplementedException();

    public static void Free(PhysicalMap* map) => throw new NotImplementedException();

    public static int Map(PhysicalMap* map, ulong address, byte* host, ulong length, Memory.MemoryProtection protection) => throw new NotImplementedException();

    public static int Unmap(PhysicalMap* map, ulong address, ulong length) => throw new NotImplementedException();

    public static bool TryHost(Cpu* cpu, ulong address, Access access, out byte* host) => throw new NotImplementedException();
}

internal static unsafe class Exceptions
{
    public static Step Deliver(Cpu* cpu) => throw new NotImplementedException();
}

internal static unsafe class Interrupts
{
    public static bool TryDeliver(Cpu* cpu) => throw new NotImplementedException();
}

internal static unsafe class Reset
{
    public static void PowerOn(Cpu* cpu) => throw new NotImplementedException();
}

internal static unsafe class Modes
{
    public static void Update(Cpu* cpu) => throw new NotImplementedException();
}

internal struct FormContext
{
    public CpuMode Mode;
    public bool FlatData;
    public byte StackSize;
    public bool SimdAvailable;
    public ulong BlockRip;
}

internal enum FormEnding
{
    None,
    Jump,
    Conditional,
    Indirect,
    System,
}

internal struct FormInfo
{
    public uint FlagsRead;
    public uint FlagsWritten;
    public uint FlagsKilled;
    public FormEnding Ending;
    public bool MayFault;
    public bool WritesMemory;
}

internal static unsafe class Forms
{
    public const int MaximumOps = 4;

    public static bool TryDescribe(in Instruction instruction, in FormContext context, out FormInfo info) => throw new NotImplementedException();

    public static int Emit(in Instruction instruction, in FormContext context, uint liveFlags, MicroOp* ops) => throw new NotImplementedException();

    public static int EmitFused(in Instruction first, in Instruction second, in FormContext context, MicroOp* ops) => throw new NotImplementedException();
}
