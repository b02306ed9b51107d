using System.Runtime.InteropServices;

namespace VmmEngine.Backends;

/// <summary>
/// One exit of one vCPU, in native memory that belongs to the vCPU. Written by the back end, read by the run loop; a handler of a read writes its
/// result into the data, and the next entry completes the instruction with it.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct VcpuExit
{
    /// <summary>Why.</summary>
    public ExitReason Reason;

    /// <summary>Bytes of one element: 1, 2, 4 or 8; a memory access that crosses a page may come in two parts of any size.</summary>
    public byte Size;

    /// <summary>Bytes of the instruction; 0 where the back end does not know.</summary>
    public byte InstructionLength;

    /// <summary>The port of <see cref="ExitReason.PortIn"/> and <see cref="ExitReason.PortOut"/>.</summary>
    public ushort Port;

    /// <summary>The guest-physical address of a memory access.</summary>
    public ulong Address;

    /// <summary>What is written, or where the handler puts what is read. The bytes above <see cref="Size"/> are 0.</summary>
    public ulong Data;

    /// <summary>How many elements <see cref="Elements"/> has: 1, or more for a string instruction that a back end carries out in one exit.</summary>
    public uint Count;

    /// <summary>What is special about it.</summary>
    public ExitFlags Flags;

    /// <summary>
    /// The elements of an access with <see cref="Count"/> above 1, one after the other in a buffer of the back end's, of
    /// <see cref="Size"/> bytes each. One element is in <see cref="Data"/> only.
    /// </summary>
    public byte* Elements;

    /// <summary>
    /// RIP as the back end has it: the instruction's address, or where writes are complete at the exit, the next one's. Valid only while
    /// <see cref="InstructionLength"/> is not 0; otherwise ask for the registers.
    /// </summary>
    public ulong Rip;

    /// <summary>The linear address of a memory access, where the back end knows it.</summary>
    public ulong LinearAddress;

    /// <summary>The MSR's number; the kind of a memory fault; a back end's own code for a failure.</summary>
    public ulong Detail;
}

/// <summary>What is special about an exit.</summary>
[Flags]
public enum ExitFlags : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A string instruction (INS, OUTS).</summary>
    String = 1,

    /// <summary>With a REP prefix.</summary>
    Repeat = 2,

    /// <summary>HLT with interrupts disabled: only NMI, INIT or a reset can end it.</summary>
    InterruptsDisabled = 4,

    /// <summary>The handler of an MSR access refuses it: the next entry raises #GP.</summary>
    Refused = 8,

    /// <summary>An <see cref="ExitReason.Interrupted"/> because the run's budget is used up.</summary>
    BudgetSpent = 16,

    /// <summary>An <see cref="ExitReason.Startup"/> that names one vCPU by its id.</summary>
    SingleTarget = 32,
}
