using VmmEngine.Backends;
using VmmEngine.Machines.Tests.Snapshots;
using VmmEngine.Memory;
using Xunit;

namespace VmmEngine.Machines.Tests.Hostile;

/// <summary>Guests made of random tables, code and registers, with several vCPUs and a PC's chips: the process lives, and every run ends.</summary>
public sealed class HostileGuestTests
{
    private static readonly RunLimits Limits = new(TimeSpan.FromMilliseconds(40), MaxExits: 3_000);

    // The end of each turn is one, so that a loop comes to its end too, and at the same place every time.
    private static readonly RunLimits ExitsOnly = new(TimeSpan.FromMinutes(5), MaxExits: 100);

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
        int compared = 0;
        for (int seed = FirstSeed; seed < FirstSeed + Seeds / 3; seed++)
        {
            using Machine machine = HostileMachine.Create(seed, VcpuScheduling.InTurn);
            if (machine.Run(ExitsOnly with { MaxExits = 1 + ((ulong)seed % 40) }).End != MachineEnd.ExitLimit)
            {
                continue;
            }

            compared++;

            File.Delete(file.Path);
            machine.Save(file.Path);
            using Machine other = new(HostileMachine.Options(VcpuScheduling.InTurn));
            other.Restore(file.Path);
            AssertSameState(machine, other, $"seed {seed}, restored");
            MachineResult here = machine.Run(ExitsOnly);
            MachineResult there = other.Run(ExitsOnly);
            Assert.True((here.End, here.Detail) == (there.End, there.Detail), $"seed {seed}: {here.Detail}; {there.Detail}");
            AssertSameState(machine, other, $"seed {seed}, {here.Detail}");
        }

        Assert.InRange(compared, Seeds / 10, Seeds); // the others end before
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

    private static void AssertSameState(Machine one, Machine other, string when)
    {
        byte[] left = State(one);
        byte[] right = State(other);
        int difference = left.AsSpan().CommonPrefixLength(right);
        Assert.True(
            difference == left.Length,
            difference < (int)HostileMachine.MemoryBytes
                ? $"{when}: memory differs at 0x{difference:X}"
                : $"{when}: registers differ, byte {difference - (int)HostileMachine.MemoryBytes} of all vCPUs'");
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
