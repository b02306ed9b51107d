using VmmEngine.Locks;
using VmmEngine.Platform;

namespace VmmEngine.RunLoop.Scripted;

/// <summary>Interrupt lines that all lead to vCPU 0, without priorities: whoever acknowledges gets the lowest.</summary>
internal sealed unsafe class ScriptedInterrupts(VmLockMemory memory, uint* lines) : InterruptController
{
    private readonly uint* _lines = lines;

    public override void SetLine(int line, bool asserted)
    {
        using GateVisit visit = memory.Visit();
        if (!visit.IsInside)
        {
            return;
        }

        if (asserted)
        {
            Interlocked.Or(ref *_lines, 1u << line);
            VcpuLocks<ProcessorAtomics>.Post(ref *memory.Locks, memory.Locks->Vcpus, VcpuRequests.Event);
        }
        else
        {
            Interlocked.And(ref *_lines, ~(1u << line));
        }
    }

    public override int Acknowledge(int vcpu)
    {
        uint lines = vcpu == 0 ? Volatile.Read(ref *_lines) : 0;
        return lines == 0 ? -1 : (int)uint.TrailingZeroCount(lines);
    }

    public override bool HasInterrupt(int vcpu) => vcpu == 0 && Volatile.Read(ref *_lines) != 0;
}
