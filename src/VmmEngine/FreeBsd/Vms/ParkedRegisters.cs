using VmmEngine.Backends;
using VmmEngine.Locks;

namespace VmmEngine.FreeBsd;

/// <summary>
/// The registers of a vCPU that sleeps after HLT, for readers that let it sleep. Published by its holder before it falls asleep, withdrawn when it wakes.
/// </summary>
/// <remarks>
/// The sequence is odd while the registers stand. A reader that finds the same odd number before and after has read what was published; the full fences keep
/// its reads between the two, and the holder's writes behind the number that says they have begun.
/// </remarks>
internal sealed unsafe class ParkedRegisters
{
    /// <summary>What of them is published: all that a register command can ask for.</summary>
    private const RegisterGroups Published =
        RegisterGroups.General | RegisterGroups.System | RegisterGroups.Debug | RegisterGroups.Msrs | RegisterGroups.Events;

    private CpuRegisters _registers;
    private uint _sequence;

    /// <summary>Publishes them. The caller holds the vCPU.</summary>
    public void Publish(VmBackend backend, Vcpu* vcpu)
    {
        if (backend.ReadRegisters(vcpu, Published, ref _registers) == 0)
        {
            Interlocked.Increment(ref _sequence);
        }
    }

    /// <summary>Withdraws them, if they are published. The caller holds the vCPU, whose guest has not gone on yet.</summary>
    public void Withdraw()
    {
        if ((_sequence & 1) != 0)
        {
            Interlocked.Increment(ref _sequence);
        }
    }

    /// <summary>Reads them. Any thread.</summary>
    /// <param name="registers">What was published, all of one moment; anything if the result is false.</param>
    /// <returns>False if the vCPU is not asleep, or has just woken.</returns>
    public bool TryRead(out CpuRegisters registers)
    {
        uint before = Volatile.Read(ref _sequence);
        registers = _registers;
        Interlocked.MemoryBarrier();
        return (before & 1) != 0 && Volatile.Read(ref _sequence) == before;
    }
}
