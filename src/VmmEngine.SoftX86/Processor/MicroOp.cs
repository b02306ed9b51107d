using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>One decoded operation, 48 bytes in a native arena. A block is an array of them; the last one ends the block.</summary>
/// <remarks>Register operands are byte offsets into <see cref="Cpu"/>.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 48)]
internal unsafe struct MicroOp
{
    /// <summary>Executes it and, unless it ends the block, tail-calls the next one's.</summary>
    [FieldOffset(0)]
    public delegate*<Cpu*, MicroOp*, void> Handler;

    /// <summary>Immediate operand, sign-extended.</summary>
    [FieldOffset(8)]
    public ulong Immediate;

    /// <summary>A helper (<c>delegate*&lt;Cpu*, MicroOp*, Step&gt;</c>), a branch's linear target, or a successor block.</summary>
    [FieldOffset(16)]
    public ulong Target;

    /// <summary>Displacement of the memory operand, sign-extended.</summary>
    [FieldOffset(24)]
    public int Displacement;

    /// <summary>First operand's register.</summary>
    [FieldOffset(28)]
    public ushort Destination;

    /// <summary>Second operand's register.</summary>
    [FieldOffset(30)]
    public ushort Source;

    /// <summary>Base register of the memory operand, or <see cref="Cpu.Zero"/>.</summary>
    [FieldOffset(32)]
    public ushort Base;

    /// <summary>Index register, or <see cref="Cpu.Zero"/>.</summary>
    [FieldOffset(34)]
    public ushort Index;

    /// <summary>The index is shifted left by so many bits.</summary>
    [FieldOffset(36)]
    public byte Scale;

    /// <summary>Bytes of the memory operand, or of the operation.</summary>
    [FieldOffset(37)]
    public byte Size;

    /// <summary>Segment of the memory operand, in encoding order (ES 0 .. GS 5).</summary>
    [FieldOffset(38)]
    public byte Segment;

    /// <summary>Bytes of the guest instruction.</summary>
    [FieldOffset(39)]
    public byte Length;

    /// <summary>Bytes from the block's first instruction to this one.</summary>
    [FieldOffset(40)]
    public ushort Offset;

    /// <summary>Guest instructions of the block that are complete before this one.</summary>
    [FieldOffset(42)]
    public ushort Completed;

    /// <summary>Bytes of an effective address: 2, 4 or 8.</summary>
    [FieldOffset(44)]
    public byte AddressSize;

    /// <summary>Prefixes and variants that a helper asks for: <see cref="OpFlags"/>.</summary>
    [FieldOffset(45)]
    public OpFlags Flags;

    /// <summary>A third register (byte offset / 8) or a condition code, as the form defines.</summary>
    [FieldOffset(46)]
    public ushort Extra;
}

/// <summary>Prefixes that reach execution.</summary>
[Flags]
internal enum OpFlags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>LOCK, or XCHG with memory.</summary>
    Lock = 1,

    /// <summary>REP or REPE.</summary>
    Rep = 2,

    /// <summary>REPNE.</summary>
    Repne = 4,

    /// <summary>An SSE memory operand must lie at a multiple of 16.</summary>
    Aligned = 8,

    /// <summary>An operand is in memory, at <see cref="Cpu.EffectiveAddress"/>.</summary>
    Memory = 16,

    /// <summary>An x87 store, which an exception may keep back: what its operand has stays then.</summary>
    MayKeepBack = 32,
}
