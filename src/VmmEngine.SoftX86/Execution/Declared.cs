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
