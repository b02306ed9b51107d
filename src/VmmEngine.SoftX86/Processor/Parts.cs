using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>ES CS SS DS FS GS LDTR TR.</summary>
[InlineArray(8)]
internal struct SegmentFile
{
    private SegmentRegister _first;
}

/// <summary>Model-specific registers that the processor itself keeps.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MsrFile
{
    public ulong Star, Lstar, Cstar, Sfmask, KernelGsBase, SysenterCs, SysenterEsp, SysenterEip, Pat, MiscEnable, TscOffset, TscAux, MtrrDefault;
}

/// <summary>x87 state.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FpuState
{
    /// <summary>Physical registers 0 to 7, 16 bytes each: 64 bits of mantissa, then sign and exponent.</summary>
    public fixed ulong Registers[16];
    public ushort Control, Status, Tags, Opcode;
    public ulong InstructionPointer, DataPointer;
}

/// <summary>The memory of accesses that no TLB entry can serve.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Bounce
{
    public fixed byte Data[64];
}
