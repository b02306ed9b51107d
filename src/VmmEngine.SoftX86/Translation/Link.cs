using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>A way out of a block: takes the place of a micro-op behind the one that ends the block.</summary>
/// <remarks>
/// A jump has one, a conditional jump two: the first is the taken one. The micro-op that ends the block leaves the address of the link it
/// chose in <see cref="Cpu.Link"/>. Of an indirect jump's link only <see cref="Completed"/> counts, and RIP is the next address.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 48)]
internal unsafe struct Link
{
    /// <summary>First micro-op of the next block, once it is known and may be entered without asking anybody; otherwise null.</summary>
    [FieldOffset(0)]
    public MicroOp* Successor;

    /// <summary>The next block's address minus this block's.</summary>
    [FieldOffset(8)]
    public long Delta;

    /// <summary>What the operand size leaves of an address.</summary>
    [FieldOffset(16)]
    public ulong Mask;

    /// <summary>Guest instructions of the block up to here.</summary>
    [FieldOffset(24)]
    public uint Completed;

    /// <summary>Whether <see cref="Delta"/> or RIP has the next address.</summary>
    [FieldOffset(28)]
    public LinkKind Kind;
}

/// <summary>Where the address of the next block is.</summary>
internal enum LinkKind : uint
{
    /// <summary>In RIP: an indirect jump.</summary>
    Indirect,

    /// <summary>In the link; it leaves the page, or may not be patched for another reason.</summary>
    Direct,

    /// <summary>In the link, within the page: to be patched when the successor is known.</summary>
    Patchable,
}
