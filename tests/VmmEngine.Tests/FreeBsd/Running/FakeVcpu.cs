using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.RunLoop;

namespace VmmEngine.Tests.FreeBsd.Running;

/// <summary>
/// A vCPU whose guest does what a test has put into a list, and then loops without an exit. An exit leaves its completion pending: it moves RIP and fills RAX
/// as a back end does, unless the instruction is restarted.
/// </summary>
internal unsafe struct FakeVcpu
{
    public const int ScriptLength = 16;

    public CpuRegisters Registers;
    public VcpuExit Exit;
    public uint Kicked;
    public uint Entries;
    public uint Nmis;
    public uint EventLooks;
    public uint CanResume;
    public uint Scripted;
    public uint Played;
    public bool IsPending;
    public bool HasEvent;
    public VcpuEvent Event;
    public ExitControls Controls;
    public Script Exits;

    /// <summary>The vector of the event that waits; -1 if none does.</summary>
    public readonly int PendingException => HasEvent ? Event.Vector : -1;

    /// <summary>Its error code; all ones if it has none.</summary>
    public readonly uint ErrorCode => Event.HasErrorCode ? Event.ErrorCode : uint.MaxValue;

    /// <summary>What the guest does, in order.</summary>
    [System.Runtime.CompilerServices.InlineArray(ScriptLength)]
    public struct Script
    {
        private VcpuExit _first;
    }
}

/// <summary>The fake vCPU as the run loop sees it.</summary>
internal readonly unsafe struct FakeCpu(FakeVcpu* vcpu) : IVcpuBackend
{
    private const int Rax = 0;

    public VcpuExit* Exit => &vcpu->Exit;

    public bool CanResumeFromHalt => vcpu->CanResume != 0;

    public static void Complete(FakeVcpu* vcpu)
    {
        if (vcpu->IsPending)
        {
            vcpu->IsPending = false;
            vcpu->Registers.Rip += vcpu->Exit.InstructionLength == 0 ? 1u : vcpu->Exit.InstructionLength;
            if (vcpu->Exit.Reason is ExitReason.PortIn or ExitReason.MmioRead)
            {
                vcpu->Registers.General[Rax] = vcpu->Exit.Data;
            }
        }
    }

    public void Arm() => Volatile.Write(ref vcpu->Kicked, 0);

    public void TakeEvents() => Interlocked.Increment(ref vcpu->EventLooks);

    public void Enter()
    {
        Complete(vcpu);
        if (vcpu->Played < vcpu->Scripted)
        {
            Interlocked.Increment(ref vcpu->Entries);
            vcpu->Exit = vcpu->Exits[(int)vcpu->Played++];
            vcpu->Exit.Rip = vcpu->Registers.Rip;
            vcpu->IsPending = vcpu->Exit.Reason is not (ExitReason.Shutdown or ExitReason.Failure or ExitReason.MemoryFault or ExitReason.Debug or ExitReason.Halt);
            return;
        }

        if (vcpu->Exit.Reason == ExitReason.Halt)
        {
            return; // still halted
        }

        Interlocked.Increment(ref vcpu->Entries);
        while (Volatile.Read(ref vcpu->Kicked) == 0)
        {
            Thread.Yield();
        }

        vcpu->Exit.Reason = ExitReason.Interrupted;
    }
}
