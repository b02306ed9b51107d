using VmmEngine.Backends;
using VmmEngine.Machines.Tests.Snapshots;
using VmmEngine.Memory;
using Xunit;

namespace VmmEngine.Machines.Tests.Hostile;

/// <summary>Guests made of random tables, code and registers, with several vCPUs and a PC's chips: the process lives, and every run ends.</summary>
public sealed class HostileGuestTests
{
    private static readonly RunLimits Limits = new(TimeSpan.FromMilliseconds(40), MaxExits: 3_000);

    private static int Seeds => int.TryParse(Environment.GetEnvironmentVariable("VMM_HOSTILE_SEEDS"), out int seeds) ? seeds : 60;

    private static int FirstSeed => int.TryParse(Environment.GetEnvironmentVariable("VMM_HOSTILE_FIRST"), out int seed) ? seed : 0;

    [Fact]
    public void EveryRunInTurnEnds() => Run(VcpuScheduling.InTurn);

    [Fact]
    public void EveryRunWithThreadsEnds() => Run(VcpuScheduling.ThreadEach);

    /// <summary>Whatever state a guest gets into can be saved, restored, and goes on in the same way.</summary>
    [Fact]
    public void EveryStateGoesOnFromASnapshot()
    {
        using TemporaryFile file = new();
        for (int seed = FirstSeed; seed < FirstSeed + Seeds / 3; seed++)
        {
            using Machine machine = HostileMachine.Create(seed, VcpuScheduling.InTurn);
            MachineResult first = machine.Run(Limits with { MaxExits = 200 });
            if (first.End != MachineEnd.ExitLimit)
            {
                continue;
            }

            File.Delete(file.Path);
            machine.Save(file.Path);
            using Machine other = new(HostileMachine.Options(VcpuScheduling.InTurn));
            other.Restore(file.Path);
            Assert.Equal(State(machine), State(other));
            RunLimits more = Limits with { MaxExits = 200 };
            MachineResult here = machine.Run(more);
            MachineResult there = other.Run(more);
            if (here.End == MachineEnd.TimedOut || there.End == MachineEnd.TimedOut)
            {
                continue; // somewhere in a loop without exits, each somewhere else
            }

            Assert.True((here.End, here.Detail) == (there.End, there.Detail), $"seed {seed}: {here.Detail}; {there.Detail}");
            Assert.True(State(machine).AsSpan().SequenceEqual(State(other)), $"seed {seed}: another state after '{here.Detail}'");
        }
    }

    private static void Run(VcpuScheduling scheduling)
    {
        HashSet<MachineEnd> ends = [];
        for (int seed = FirstSeed; seed < FirstSeed + Seeds; seed++)
        {
            using Machine machine = HostileMachine.Create(seed, scheduling);
            ends.Add(machine.Run(Limits).End);
        }

        Assert.Contains(MachineEnd.ExitLimit, ends);
        Assert.Contains(MachineEnd.TripleFault, ends);
    }

    private static unsafe byte[] State(Machine machine)
    {
        byte[] state = new byte[HostileMachine.MemoryBytes + (uint)(HostileMachine.Vcpus * sizeof(CpuRegisters))];
        machine.Memory.Read(new Gpa(0), state.AsSpan(0, (int)HostileMachine.MemoryBytes));
        for (int id = 0; id < HostileMachine.Vcpus; id++)
        {
            CpuRegisters registers = default;
            machine.Vcpus[id].ReadRegisters(RegisterGroups.All, ref registers);
            new ReadOnlySpan<byte>(&registers, sizeof(CpuRegisters)).CopyTo(state.AsSpan((int)HostileMachine.MemoryBytes + id * sizeof(CpuRegisters)));
        }

        return state;
    }
}
