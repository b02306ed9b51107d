using VmmEngine.Backends;
using VmmEngine.Loaders;

namespace VmmEngine.Guests.Lockstep;

/// <summary>Runs a guest on two back ends side by side and compares registers and memory after every access.</summary>
/// <param name="reference">Makes the one machine.</param>
/// <param name="tested">Makes the other.</param>
/// <param name="stepped">Makes the reference once more, in a way that a budget of one instruction is exactly that. Used after a difference.</param>
/// <param name="bare">Makes the other for single instructions: HLT comes back, and nothing interrupts. Used after a difference.</param>
public sealed class LockstepComparison(
    Func<LockstepMachine> reference, Func<LockstepMachine> tested, Func<LockstepMachine> stepped, Func<LockstepMachine> bare)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<ulong> _answers = [];

    /// <summary>Bytes of memory of each side.</summary>
    public ulong MemoryBytes { get; init; } = 4 << 20;

    /// <summary>After so many accesses it is enough.</summary>
    public int MaximumAccesses { get; init; } = int.MaxValue;

    /// <summary>What may differ.</summary>
    public LockstepTolerance Tolerance { get; init; } = LockstepTolerance.None;

    /// <summary>Runs until the guest ends, or the sides differ.</summary>
    /// <param name="load">Puts the guest into the memory of each side.</param>
    /// <param name="devices">What both sides talk to.</param>
    public LockstepOutcome Run(Func<LoadTarget, EntryState> load, LockstepDevices devices)
    {
        _answers.Clear();
        using LockstepSide a = Start(reference(), load);
        using LockstepSide b = Start(tested(), load);
        GuestAccess last = default;
        int count = 0;
        while (!devices.IsEnded && count < MaximumAccesses)
        {
            (GuestAccess left, GuestAccess right) = (Next(a), Next(b));
            if (left != right)
            {
                return new(count, last, Explain(count, [$"{a.Name}: {left}", $"{b.Name}: {right}"], load));
            }

            last = left;
            if (!left.IsAccess)
            {
                break;
            }

            Answer(devices, left, a, b);
            if (a.IsComplete && b.IsComplete && StateComparison.AfterAccess(a, b, Tolerance) is { Count: > 0 } lines)
            {
                return new(count, last, Explain(count, lines, load));
            }

            count++;
        }

        return new(count, last, Difference: null);
    }

    private LockstepSide Start(LockstepMachine machine, Func<LoadTarget, EntryState> load)
    {
        LockstepSide side = new(machine, MemoryBytes);
        side.Start(load(side.Target));
        return side;
    }

    private static GuestAccess Next(LockstepSide side)
    {
        using Timer late = new(_ => side.Interrupt(), null, Patience, Timeout.InfiniteTimeSpan);
        return side.Next();
    }

    private void Answer(LockstepDevices devices, in GuestAccess access, LockstepSide a, LockstepSide b)
    {
        ulong value = 0;
        if (access.IsRead)
        {
            value = devices.Read(access);
            a.Answer(access, value);
            b.Answer(access, value);
        }
        else
        {
            devices.Write(access);
        }

        _answers.Add(value);
    }

    // The reference does the same once more, up to the last equal access; from there it goes step by step.
    private LockstepDifference Explain(int equal, List<string> lines, Func<LoadTarget, EntryState> load)
    {
        using LockstepSide steps = Start(stepped(), load);
        using LockstepSide other = Start(bare(), load);
        for (int i = 0; i < equal; i++)
        {
            GuestAccess access = steps.Next();
            if (access.IsRead)
            {
                steps.Answer(access, _answers[i]);
            }

            if (steps.IsComplete)
            {
                _ = steps.Registers;
            }
        }

        InstructionSearch search = new(steps, other, Tolerance);
        int next = equal;
        GuiltyInstruction? cause = search.Find(_ => next < _answers.Count ? _answers[next++] : null);
        return new LockstepDifference(equal, lines, cause, search.Summary);
    }
}
