using System.Runtime.InteropServices;
using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>
/// The whole state of one software vCPU, in native memory. Register operands of micro-ops are byte offsets into it, so AH is an ordinary register
/// one byte above AL, and an operand that names no register reads <see cref="Zero"/>.
/// </summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct Cpu
{
    /// <summary>General registers in encoding order (RAX RCX RDX RBX RSP RBP RSI RDI R8..).</summary>
    [FieldOffset(0)]
    public fixed ulong General[16];

    /// <summary>Always 0.</summary>
    [FieldOffset(128)]
    public ulong Zero;

    /// <summary>
    /// The address of the next instruction between blocks. Inside a block it is brought up to date by <see cref="Blocks.Sync"/> only, when somebody
    /// needs the address of the instruction that executes. Not masked to the operand size.
    /// </summary>
    [FieldOffset(136)]
    public ulong Rip;

    /// <summary>Linear address of a memory operand, written by an address micro-op for the micro-op behind it.</summary>
    [FieldOffset(144)]
    public ulong EffectiveAddress;

    /// <summary>What the last flag-setting operation left, from which <see cref="LazyFlags"/> computes flags when somebody asks.</summary>
    [FieldOffset(152)]
    public ulong FlagResult;

    /// <summary>Its left operand.</summary>
    [FieldOffset(160)]
    public ulong FlagLeft;

    /// <summary>Its right operand.</summary>
    [FieldOffset(168)]
    public ulong FlagRight;

    /// <summary>Which operation and size; 0: the status flags in <see cref="Rflags"/> are valid themselves.</summary>
    [FieldOffset(176)]
    public uint FlagKind;

    /// <summary>Current privilege level, 0 to 3.</summary>
    [FieldOffset(180)]
    public uint Cpl;

    /// <summary>RFLAGS; its status flags (OF SF ZF AF PF CF) only while <see cref="FlagKind"/> is 0.</summary>
    [FieldOffset(184)]
    public ulong Rflags;

    /// <summary>Guest instructions left until the loop must look at requests and events. Blocks take theirs at their end.</summary>
    [FieldOffset(192)]
    public long Budget;

    /// <summary>The current translation cache: <see cref="SoftX86.Tlb.Entries"/> entries, chosen by privilege.</summary>
    [FieldOffset(200)]
    public TlbEntry* Tlb;

    /// <summary>Called (tail position) by a handler whose read misses; fills and executes the micro-op again, or records a fault or an exit.</summary>
    [FieldOffset(208)]
    public delegate*<Cpu*, MicroOp*, ulong, void> ReadMiss;

    /// <summary>The same for writes that do not look at the old value.</summary>
    [FieldOffset(216)]
    public delegate*<Cpu*, MicroOp*, ulong, void> WriteMiss;

    /// <summary>How the last run of micro-ops ended. Whoever sets anything but <see cref="Step.Next"/> has called <see cref="Blocks.Sync"/>.</summary>
    [FieldOffset(224)]
    public Step Outcome;

    /// <summary>
    /// Not 0: the loop must look at requests, events and code changes. Set by any thread; read with <see cref="Outcome"/> in one comparison at
    /// every block end, so a kick is noticed within a block.
    /// </summary>
    [FieldOffset(228)]
    public uint Attention;

    /// <summary>The exception that is to be delivered when <see cref="Outcome"/> is <see cref="Step.Fault"/>.</summary>
    [FieldOffset(232)]
    public PendingException Exception;

    /// <summary>RIP of the first instruction of the block that executes; base register of RIP-relative operands.</summary>
    [FieldOffset(248)]
    public ulong BlockRip;

    /// <summary>What may not come before the next instruction: <see cref="SoftX86.Shadow"/>.</summary>
    [FieldOffset(256)]
    public Shadow InterruptShadow;

    /// <summary>What waits to be delivered: <see cref="PendingEvents"/>. Set by any thread with an atomic or; read at polling points.</summary>
    [FieldOffset(260)]
    public uint Events;

    /// <summary>Guest instructions completed since reset, brought up to date at block ends.</summary>
    [FieldOffset(264)]
    public ulong Instructions;

    /// <summary>The exit that the run loop sees.</summary>
    [FieldOffset(272)]
    public VcpuExit* Exit;

    /// <summary>The VM that the vCPU belongs to, as a <see cref="GCHandle"/>: for slow paths only.</summary>
    [FieldOffset(280)]
    public nint Owner;

    /// <summary>ES CS SS DS FS GS LDTR TR, in encoding order.</summary>
    [FieldOffset(288)]
    public SegmentFile Segments;

    /// <summary>GDTR.</summary>
    [FieldOffset(512)]
    public DescriptorTable Gdtr;

    /// <summary>IDTR.</summary>
    [FieldOffset(528)]
    public DescriptorTable Idtr;

    /// <summary>Control registers and EFER.</summary>
    [FieldOffset(544)]
    public ulong Cr0;

    /// <summary>CR2.</summary>
    [FieldOffset(552)]
    public ulong Cr2;

    /// <summary>CR3.</summary>
    [FieldOffset(560)]
    public ulong Cr3;

    /// <summary>CR4.</summary>
    [FieldOffset(568)]
    public ulong Cr4;

    /// <summary>EFER.</summary>
    [FieldOffset(584)]
    public ulong Efer;

    /// <summary>DR0 to DR7; 4 and 5 are unused.</summary>
    [FieldOffset(592)]
    public fixed ulong Debug[8];

    /// <summary>Model-specific registers.</summary>
    [FieldOffset(656)]
    public MsrFile Msrs;

    /// <summary>The way out of the block that a branch chose: a <see cref="SoftX86.Link"/> among the slots behind the branch.</summary>
    [FieldOffset(768)]
    public MicroOp* Link;

    /// <summary>The micro-op that ended a run with an outcome; valid while <see cref="Outcome"/> is not <see cref="Step.Next"/>.</summary>
    [FieldOffset(776)]
    public MicroOp* Current;

    /// <summary>A <see cref="CpuMode"/>: decides decoding and which address micro-ops are used.</summary>
    [FieldOffset(784)]
    public CpuMode Mode;

    /// <summary>
    /// Finishes the instruction whose exit the run loop has handled, at the next entry; null if nothing is to be finished. RIP is the instruction's
    /// until then. The result counts like any instruction's.
    /// </summary>
    [FieldOffset(792)]
    public delegate*<Cpu*, Step> Completion;

    /// <summary>Like <see cref="WriteMiss"/>, for read-modify-writes: a device is asked before it is told, and a pure write must not ask it.</summary>
    [FieldOffset(800)]
    public delegate*<Cpu*, MicroOp*, ulong, void> ModifyMiss;

    /// <summary>Called (tail position) by a handler that needs the flags in <see cref="Rflags"/>; materializes them and executes the micro-op again.</summary>
    /// <remarks>A pointer, because an inlined call would make every such handler save registers.</remarks>
    [FieldOffset(808)]
    public delegate*<Cpu*, MicroOp*, void> FlagsMiss;

    /// <summary>Identity, options and pending port instruction: the words of system instructions.</summary>
    [FieldOffset(832)]
    public SystemState System;

    /// <summary>XMM0 to XMM15, 16 bytes each.</summary>
    [FieldOffset(1024)]
    public fixed ulong Xmm[32];

    /// <summary>MXCSR.</summary>
    [FieldOffset(1280)]
    public uint Mxcsr;

    /// <summary>x87 state; MMX registers are its mantissas.</summary>
    [FieldOffset(1288)]
    public FpuState Fpu;

    /// <summary>Where an access that no TLB entry can serve (page crossing, MMIO) takes place: 64 bytes, see <see cref="Bounce"/>.</summary>
    [FieldOffset(1536)]
    public Bounce Bounce;

    /// <summary>The MMU's own words: the other translation caches, the victims, the generation.</summary>
    [FieldOffset(1792)]
    public MmuState Mmu;

    /// <summary>The translator's own words: jump cache, arena.</summary>
    [FieldOffset(2304)]
    public TranslatorState Translator;

    /// <summary>Memory type ranges.</summary>
    [FieldOffset(3072)]
    public MtrrFile Mtrrs;
}
