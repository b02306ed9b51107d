using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>What a user-mode instruction can read and change, apart from memory: the form in which states go into a runner and come back.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MachineState
{
    /// <summary>Encoding order; RSP is the runner's own and is neither loaded nor compared.</summary>
    public fixed ulong General[16];

    /// <summary>RFLAGS.</summary>
    public ulong Rflags;

    private readonly ulong _align;

    /// <summary>x87, MMX, SSE.</summary>
    public FxImage Fx;
}

/// <summary>What FXSAVE64 stores (SDM volume 1, 10.5.1).</summary>
[StructLayout(LayoutKind.Explicit, Size = 512)]
internal unsafe struct FxImage
{
    [FieldOffset(0)]
    public ushort Control;

    [FieldOffset(2)]
    public ushort Status;

    /// <summary>A bit a physical register: not empty.</summary>
    [FieldOffset(4)]
    public byte Valid;

    [FieldOffset(24)]
    public uint Mxcsr;

    [FieldOffset(28)]
    public uint MxcsrMask;

    /// <summary>ST(0) to ST(7), 10 of 16 bytes each.</summary>
    [FieldOffset(32)]
    public StackImage Stack;

    [FieldOffset(160)]
    public XmmImage Xmm;

    /// <summary>Top of the x87 stack.</summary>
    public readonly int Top => (Status >> 11) & 7;
}

/// <summary>Eight x87 registers in stack order.</summary>
[InlineArray(8)]
internal struct StackImage
{
    private UInt128 _first;
}

/// <summary>XMM0 to XMM15.</summary>
[InlineArray(16)]
internal struct XmmImage
{
    private UInt128 _first;
}
