namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>
/// Random sequences through whole blocks of the software vCPU, against the host CPU: what single instructions cannot show, such as flags that are
/// recorded by one instruction and read by another.
/// </summary>
[Collection(GuestDataUsers.Name)]
public unsafe class BlockTests
{
    private const int Sequences = 2000;
    private const ulong Stack = GuestData.Address + 0xF00;

    [NativeFact]
    public void SequencesDoWhatTheHostDoes()
    {
        using NativeRunner host = new();
        using BackendRunner software = new(new SoftBackendFactory());
        RandomBlock blocks = new();
        List<string> failures = [];
        for (int seed = 1; seed <= Sequences && failures.Count < 5; seed++)
        {
            List<BlockUnit> units = blocks.Make(new Random(seed));
            if (Differences(units, seed, host, software).Count != 0)
            {
                units = Shrink(units, seed, host, software);
                failures.Add($"seed {seed}:\n    {string.Join("\n    ", units.Select(unit => unit.Text))}\n  {string.Join("\n  ", Differences(units, seed, host, software))}");
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }

    /// <summary>The flags that blocks leave out are the point: a sequence whose flags one runner gets wrong is found, and shrinks to what matters.</summary>
    [NativeFact]
    public void ALostFlagIsFoundAndTheSequenceShrinks()
    {
        using NativeRunner host = new();
        using LosesCarry broken = new();
        RandomBlock blocks = new();
        for (int seed = 1; ; seed++)
        {
            List<BlockUnit> units = blocks.Make(new Random(seed));
            if (Differences(units, seed, host, broken).Count != 0)
            {
                Assert.InRange(Shrink(units, seed, host, broken).Count, 0, 3);
                return;
            }

            Assert.InRange(seed, 1, 100);
        }
    }

    private static List<string> Differences(List<BlockUnit> units, int seed, IInstructionRunner expected, IInstructionRunner actual)
    {
        byte[] before = new byte[GuestData.Length];
        StatePreparation.Randomize(new Random(seed), out MachineState state, before);
        state.General[4] = Stack;
        state.General[15] = RandomBlock.Base;
        byte[] code = RandomBlock.Encode(units);
        MachineState right = state, tested = state;
        byte[] rightData = [.. before], testedData = [.. before];
        return (expected.Run(code, ref right, rightData) ?? actual.Run(code, ref tested, testedData)) is { } stopped
            ? [stopped]
            : StateComparison.Compare(RandomBlock.UndefinedFlags(units)!.Value, 0, right, rightData, tested, testedData);
    }

    // Drops what can be dropped so that a difference remains, until nothing can.
    private static List<BlockUnit> Shrink(List<BlockUnit> units, int seed, IInstructionRunner expected, IInstructionRunner actual)
    {
        int before;
        do
        {
            before = units.Count;
            for (int i = units.Count - 1; i >= 0; i--)
            {
                List<BlockUnit> fewer = [.. units];
                fewer.RemoveAt(i);
                if (RandomBlock.UndefinedFlags(fewer) is not null && Differences(fewer, seed, expected, actual).Count != 0)
                {
                    units = fewer;
                }
            }
        }
        while (units.Count < before);

        return units;
    }

    /// <summary>The software vCPU whose carry flag is always clear at the end.</summary>
    private sealed class LosesCarry : IInstructionRunner
    {
        private readonly BackendRunner _inner = new(new SoftBackendFactory());

        public string Name => "broken";

        public string? Run(ReadOnlySpan<byte> instruction, ref MachineState state, Span<byte> data)
        {
            string? stopped = _inner.Run(instruction, ref state, data);
            state.Rflags &= ~1ul;
            return stopped;
        }

        public void Dispose() => _inner.Dispose();
    }
}
