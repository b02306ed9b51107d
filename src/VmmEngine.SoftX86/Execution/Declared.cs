// What the block loop needs of parts that are being built: each goes away with the part.
#pragma warning disable SA1402, CS1591
using Iced.Intel;

namespace VmmEngine.SoftX86;

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
