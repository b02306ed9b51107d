using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>The instruction of a vCPU that waits for a device, and what devices have told it so far. See <see cref="Mmio"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MmioState
{
    /// <summary>Micro-ops kept of an instruction, with the two links that may follow it.</summary>
    public const int SlotCount = 8;

    /// <summary>Most accesses to devices of one instruction: FXSAVE needs 64, a task switch between two state segments fewer.</summary>
    public const int LogSize = 128;

    /// <summary>Micro-ops of one instruction at most.</summary>
    public const int MostOps = SlotCount - 2;

    /// <summary>A micro-op executes from its scratch copy: a miss in it would be a second access.</summary>
    public bool Bouncing;

    /// <summary>The micro-op that was last executed from a copy went on to the next one, and did not end its block.</summary>
    public bool Continued;

    /// <summary>The waiting instruction executes again: accesses are answered from the log while it has answers.</summary>
    public bool Replaying;

    /// <summary>Answered accesses in the log.</summary>
    public int Answered;

    /// <summary>How many of them the execution under way has used.</summary>
    public int Used;

    /// <summary>Address of the block that the waiting instruction belongs to.</summary>
    public ulong BlockRip;

    /// <summary>What an address micro-op left for it.</summary>
    public ulong EffectiveAddress;

    /// <summary>The counters of string instructions when the replay began: when they move, an element is complete, and the log is its past.</summary>
    public ulong Rcx, Rsi, Rdi;

    private LogFile _log;
    private SlotFile _original;
    private SlotFile _executed;
    private SlotFile _scratch;

    [InlineArray(LogSize)]
    private struct LogFile
    {
        private MmioAccess _first;
    }

    [InlineArray(SlotCount)]
    private struct SlotFile
    {
        private MicroOp _first;
    }

    /// <summary>The log.</summary>
    public static MmioAccess* Log(MmioState* state) => (MmioAccess*)&state->_log;

    /// <summary>The waiting instruction and what follows it, as the block has them: links are read here.</summary>
    public static MicroOp* Original(MmioState* state) => (MicroOp*)&state->_original;

    /// <summary>The waiting instruction with a stop behind it.</summary>
    public static MicroOp* Executed(MmioState* state) => (MicroOp*)&state->_executed;

    /// <summary>Room for one micro-op that executes from a copy, and a stop.</summary>
    public static MicroOp* Scratch(MmioState* state) => (MicroOp*)&state->_scratch;
}
