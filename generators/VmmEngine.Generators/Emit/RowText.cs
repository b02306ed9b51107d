using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Emit;

/// <summary>What a row does, in English: for summaries, for metadata and for the lock report.</summary>
internal static class RowText
{
    /// <summary>What the row takes, in the order in which it takes it.</summary>
    public static IEnumerable<string> Steps(IEnumerable<Flag> flags) => flags.Select(flag => FlagFacts.Of(flag).Step);

    public static string Summary(RowModel row, EquatableArray<Flag> flags)
    {
        string size = row.Argument is { } argument
            ? $"{argument.Size.ToString(Text.Invariant)} bytes ({argument.Type.Name})"
            : "no argument";
        string payload = row.Direction switch
        {
            Direction.Out => $"returns {size}",
            Direction.InOut => $"takes and returns {size}",
            Direction.IntInPlace => "takes an int in place of the pointer",
            Direction.Operation when row.Argument is { } passed => $"works on a {passed.Type.Name} of the engine's own",
            _ => $"takes {size}",
        };
        string[] conditions = [.. flags.Where(flag => flag != Flag.Passthrough).Select(Condition)];
        string held = conditions.Length == 0 ? "; no lock" : $", with {List(conditions)}";
        string privilege = flags.Contains(Flag.Passthrough) ? "; asks for the passthrough privilege" : "";
        return $"{row.Name}: {payload}{held}{privilege}.";
    }

    /// <summary>Where the row stands, its order of taking and releasing, and its answers.</summary>
    public static IEnumerable<string> Remarks(HeaderModel header, RowModel row, EquatableArray<Flag> flags, bool relaxed)
    {
        string kind = relaxed ? "relaxed lock set, " : "";
        yield return $"Row {row.Name} of {header.File}, {kind}section {row.Section}.";
        if (flags.Count > 0)
        {
            yield return $"Takes{(flags.Count > 1 ? ", in this order" : "")}: {string.Join(", ", Steps(flags))}.";
        }

        if (row.GoesLast)
        {
            yield return "Before that it lets those go first who wait to eject the vCPU.";
        }

        string[] released = [.. Released(header, flags)];
        if (released.Length > 0)
        {
            yield return $"Releases{(released.Length > 1 ? ", in this order" : "")}: {string.Join(", ", released)}.";
        }

        yield return $"Returns {string.Join(", ", Answers(header, row, flags))}.";
        if (row.MayNeed is { } privilege)
        {
            yield return $"The handler may ask for the privilege {privilege}, later than the locks.";
        }
    }

    /// <summary>What is let go after the handler, in order.</summary>
    public static IEnumerable<string> Released(HeaderModel header, EquatableArray<Flag> flags) =>
        LockCode.ReleaseOrder(header, flags).Select(flag => FlagFacts.Of(flag).Thing);

    private static IEnumerable<string> Answers(HeaderModel header, RowModel row, EquatableArray<Flag> flags)
    {
        if (row.Option is { } option)
        {
            yield return $"ENOTTY unless the option {option} is on";
        }

        if (flags.Contains(Flag.Passthrough))
        {
            yield return "the errno of a refused privilege";
        }

        if (flags.Contains(Flag.FindVm))
        {
            yield return "the errno of a VM that is not found";
        }

        if (flags.Any(flag => FlagFacts.Of(flag).NamesVcpu))
        {
            yield return $"{header.NoVcpu} if the id names no vCPU";
        }

        yield return row.NotYet
            ? "ENOSYS when the preconditions hold, for the handler is yet to come"
            : "0 or the errno that the handler answers";
    }

    private static string Condition(Flag flag) => flag switch
    {
        Flag.FindVm => "a reference to the VM",
        Flag.ShareVmList => "the VM list held shared",
        Flag.OwnVmList => "the VM list held exclusively",
        Flag.ShareMemoryMap => "the memory map held shared",
        Flag.OwnMemoryMap => "the memory map held exclusively",
        Flag.FreezeOne => "its vCPU frozen",
        Flag.FreezeAll => "every vCPU frozen",
        Flag.FindOrCreate => "its vCPU created if need be but not frozen",
        Flag.FindOrCreateUnlessNone => "its vCPU, or none for id -1, created if need be but not frozen",
        _ => "its vCPU looked up but not frozen",
    };

    /// <summary>The parts as English lists them: a; a and b; a, b and c.</summary>
    private static string List(string[] parts) =>
        parts.Length == 1 ? parts[0] : $"{string.Join(", ", parts.Take(parts.Length - 1))} and {parts[parts.Length - 1]}";
}
