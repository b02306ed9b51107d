using VmmEngine.Backends;

namespace VmmEngine.Guests.Lockstep;

/// <summary>
/// Finds the first instruction that two back ends execute differently. The reference can execute instruction by instruction; the other one, which perhaps
/// cannot, gets the state before each, and a HLT where the reference has come to after it.
/// </summary>
/// <remarks>
/// As long as the instructions agree, the other one's memory stays what the reference's was, so that only registers are carried over. Not compared:
/// the delivery of an outside interrupt, and an instruction that ends where it began.
/// </remarks>
internal sealed class InstructionSearch(LockstepSide reference, LockstepSide other, LockstepTolerance tolerance)
{
    private const byte Hlt = 0xF4;
    private const int Limit = 200_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private int _looked;

    /// <summary>What was done, for people.</summary>
    public string Summary => _looked < Limit
        ? $"{_looked} instructions compared one by one"
        : $"given up after {Limit} instructions";

    /// <summary>Goes on from the present state of the reference to its next access, and through it.</summary>
    public GuiltyInstruction? Find(Func<GuestAccess, ulong?> answer)
    {
        foreach ((ulong address, ulong length) in reference.Blocks)
        {
            reference.Bytes(address, (int)length).CopyTo(other.Bytes(address, (int)length));
            other.Written(address, (int)length);
        }

        bool isOver = false;
        while (!isOver && _looked < Limit)
        {
            CpuRegisters before = reference.Registers;
            string text = GuestCodeView.Describe(reference, in before);
            bool interrupted = reference.IsInterruptDue;
            isOver = reference.TryStep(out GuestAccess access);
            List<string> lines = interrupted ? Follow() : Compare(in before, isOver ? access : null, answer);
            if (lines.Count != 0)
            {
                return new GuiltyInstruction(before.Rip, text, lines);
            }
        }

        return null;
    }

    private List<string> Compare(in CpuRegisters before, GuestAccess? made, Func<GuestAccess, ulong?> answer)
    {
        _looked++;
        other.Restart(in before);
        return made is { } access ? CompareAccess(access, answer) : CompareCompleted(in before);
    }

    private List<string> CompareCompleted(in CpuRegisters before)
    {
        CpuRegisters after = reference.Registers;
        if (after.Rip == before.Rip || !GuestCodeView.TryTranslate(reference, in after, after.Rip, out ulong address))
        {
            return Follow();
        }

        ref byte planted = ref other.Bytes(address, 1)[0];
        byte original = planted;
        planted = Hlt;
        other.Written(address, 1);
        GuestAccess access = Run();
        CpuRegisters reached = other.Registers;
        planted = original;
        other.Written(address, 1);

        // A device of the reference's own, such as its interrupt controller, has answered there.
        if (access.Reason == ExitReason.PortIn)
        {
            return Follow();
        }

        if (access.Reason == ExitReason.Halt)
        {
            reached.Rip--;
        }

        List<string> lines = StateComparison.Registers(in after, in reached, reference.Name, other.Name, tolerance);
        lines.AddRange(StateComparison.Memory(reference, other, tolerance));
        if (lines.Count != 0 && access.Reason is not (ExitReason.Halt or ExitReason.PortOut))
        {
            lines.Insert(0, $"{other.Name} does not come to where {reference.Name} goes: {access}");
        }

        return lines;
    }

    private List<string> CompareAccess(GuestAccess access, Func<GuestAccess, ulong?> answer)
    {
        GuestAccess others = Run();
        if (others != access)
        {
            return [$"{reference.Name}: {access}", $"{other.Name}: {others}"];
        }

        if (access.IsRead)
        {
            if (answer(access) is not { } value)
            {
                return [];
            }

            reference.Answer(access, value);
            other.Answer(access, value);
        }

        if (!reference.IsComplete || !other.IsComplete)
        {
            return [];
        }

        return StateComparison.AfterAccess(reference, other, tolerance);
    }

    private GuestAccess Run()
    {
        using Timer late = new(_ => other.Interrupt(), null, Patience, Timeout.InfiniteTimeSpan);
        return other.Next();
    }

    // Nothing can be compared: the other one takes over what the reference has done.
    private List<string> Follow()
    {
        foreach ((ulong address, ulong length) in reference.Blocks)
        {
            reference.Bytes(address, (int)length).CopyTo(other.Bytes(address, (int)length));
            other.Written(address, (int)length);
        }

        return [];
    }
}
