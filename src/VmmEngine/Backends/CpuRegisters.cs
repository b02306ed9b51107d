using System.Runtime.InteropServices;

namespace VmmEngine.Backends;

/// <summary>The architectural registers of a vCPU, in bulk. Which parts are valid, the <see cref="RegisterGroups"/> of the call say.</summary>
/// <remarks>No byte of it is padding, which a copy would leave as it found it: equal registers are equal bytes, in a snapshot and in a comparison.</remarks>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct CpuRegisters
{
    /// <summary>RIP among the general registers, behind R15.</summary>
    public const int RipIndex = 16;

    /// <summary>RFLAGS among them.</summary>
    public const int RflagsIndex = 17;

    /// <summary>General registers in encoding order: RAX RCX RDX RBX RSP RBP RSI RDI R8 to R15.</summary>
    public fixed ulong General[16];

    /// <summary>The instruction pointer.</summary>
    public ulong Rip;

    /// <summary>The flags.</summary>
    public ulong Rflags;

    /// <summary>Segment registers.</summary>
    public SegmentRegister Es, Cs, Ss, Ds, Fs, Gs, Ldtr, Tr;

    /// <summary>Descriptor tables.</summary>
    public DescriptorTable Gdtr, Idtr;

    /// <summary>Control registers. CR8 is the task priority, 0 to 15.</summary>
    public ulong Cr0, Cr2, Cr3, Cr4, Cr8, Efer, ApicBase;

    /// <summary>Debug registers.</summary>
    public ulong Dr0, Dr1, Dr2, Dr3, Dr6, Dr7;

    /// <summary>Model-specific registers that system calls use.</summary>
    public ulong Star, Lstar, Cstar, Sfmask, KernelGsBase, SysenterCs, SysenterEsp, SysenterEip, Pat, Tsc;

    /// <summary>Not 0: the next instruction follows STI (1) or MOV SS (2) and cannot be interrupted; behind MOV SS not by debug exceptions either.</summary>
    public uint InterruptShadow;

    /// <summary>x87, MMX and SSE state as FXSAVE writes it.</summary>
    public fixed byte Fxsave[512];

    private readonly uint _reserved;
}

/// <summary>A segment register with its hidden part.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SegmentRegister
{
    /// <summary>Linear address of the first byte.</summary>
    public ulong Base;

    /// <summary>Last valid offset, in bytes.</summary>
    public uint Limit;

    /// <summary>Access rights in VMX format: type 0-4 with S, DPL 5-6, present 7, AVL 12, L 13, D/B 14, granularity 15, unusable 16.</summary>
    public uint Access;

    /// <summary>The selector.</summary>
    public ushort Selector;

    private readonly ushort _reserved;
    private readonly uint _reserved2;
}

/// <summary>GDTR or IDTR.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DescriptorTable
{
    /// <summary>Linear address of the first byte.</summary>
    public ulong Base;

    /// <summary>Last valid offset, in bytes.</summary>
    public ushort Limit;

    private readonly ushort _reserved;
    private readonly uint _reserved2;
}

/// <summary>Parts of <see cref="CpuRegisters"/>.</summary>
[Flags]
public enum RegisterGroups
{
    /// <summary>General registers, RIP and RFLAGS.</summary>
    General = 1,

    /// <summary>Segments, descriptor tables, control registers and EFER.</summary>
    System = 2,

    /// <summary>Debug registers.</summary>
    Debug = 4,

    /// <summary>Model-specific registers.</summary>
    Msrs = 8,

    /// <summary>The interrupt shadow.</summary>
    Events = 16,

    /// <summary>x87, MMX and SSE.</summary>
    FloatingPoint = 32,

    /// <summary>
    /// Not a part, but a way to read: as they were at the exit, without finishing the exit's instruction. Cheap, and not fit to be saved.
    /// </summary>
    AtExit = 64,

    /// <summary>All of them.</summary>
    All = General | System | Debug | Msrs | Events | FloatingPoint,
}
