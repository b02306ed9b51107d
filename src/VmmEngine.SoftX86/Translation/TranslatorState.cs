using System.Runtime.InteropServices;
using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.SoftX86;

/// <summary>The words of a vCPU that its translator and its block loop keep.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TranslatorState
{
    /// <summary>Counts the flushes of the translation caches: what the jump cache knows is valid within one generation.</summary>
    public ulong Generation;

    /// <summary>What the code being executed may share jump cache entries with: <see cref="ModeKey"/> and the generation.</summary>
    public ulong JumpKey;

    /// <summary>Linear address of code minus RIP: the base of CS, or 0 in 64-bit mode.</summary>
    public ulong CodeBase;

    /// <summary>Up to this RIP a block may be entered without looking at CS: its whole page is within the limit.</summary>
    public ulong CodeLimit;

    /// <summary><see cref="SoftX86.JumpCache.Entries"/> entries.</summary>
    public JumpEntry* JumpCache;

    /// <summary>The vCPU's decoded blocks.</summary>
    public CodeCache* Cache;

    /// <summary>Which pages of the VM hold decoded code, of all its vCPUs.</summary>
    public CodeMap* Map;

    /// <summary>How far the vCPU has followed <see cref="CodeMap"/>'s log. Written by its thread, read by those who wait for it.</summary>
    public ulong LogPosition;

    /// <summary>The vCPU's bit in the masks of <see cref="CodeMap"/>.</summary>
    public ulong Bit;

    /// <summary>The vCPU's shared words: requests, and whether its thread may be executing blocks.</summary>
    public Vcpu* Shared;

    /// <summary><see cref="Cpu.Instructions"/> when <see cref="Cpu.Budget"/> is 0: their difference is the count at any block end.</summary>
    public ulong BudgetEnd;

    /// <summary><see cref="Cpu.Instructions"/> at which the current run's budget is used up.</summary>
    public ulong RunEnd;

    /// <summary>The VM's time minus the instruction count, where instructions make the time.</summary>
    public ulong ClockOffset;

    /// <summary>An event that a client wants delivered at the next entry, if <see cref="PendingEvents.Injected"/> is set.</summary>
    public PendingException Injected;

    /// <summary>Address of the instruction that caused the last exit, for a restart.</summary>
    public ulong ExitRip;

    /// <summary>Whether there is such an instruction, and whether it has been counted already.</summary>
    public ExitProgress ExitProgress;

    /// <summary>Not 0: instructions make the time, a nanosecond each.</summary>
    public uint CountsTime;

    /// <summary>Why every instruction gets a block of its own.</summary>
    public OneByOne OneByOne;

    /// <summary>What a client wants of the vCPU.</summary>
    public ExitControls Controls;

    /// <summary>Not 0: the instruction that executes is to be followed by a #DB, once it is complete. These bits of DR6 say why.</summary>
    public uint TrapPending;

    /// <summary>Not 0: an instruction, or the delivery of an event, is complete, and the step's exit comes before anything else.</summary>
    public uint StepPending;

    /// <summary>Not 0: the vCPU has executed HLT and waits for an event.</summary>
    public uint Halted;
}

/// <summary>Why every instruction gets a block of its own: then something is looked at between any two.</summary>
[Flags]
internal enum OneByOne : uint
{
    /// <summary>It does not.</summary>
    None = 0,

    /// <summary><see cref="SoftOptions.OneInstructionBlocks"/>.</summary>
    Option = 1,

    /// <summary><see cref="ExitControls.SingleStep"/>.</summary>
    Step = 2,

    /// <summary>DR7 arms a breakpoint.</summary>
    Breakpoints = 4,
}

/// <summary>How far the instruction of the last exit has got.</summary>
internal enum ExitProgress : uint
{
    /// <summary>No instruction caused the last exit, or it is over.</summary>
    None,

    /// <summary>RIP is still its address, and the next entry completes it or begins it again.</summary>
    Begun,

    /// <summary>It is complete and counted.</summary>
    Counted,
}
