using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Facts;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Validation;

/// <summary>Whether the types that the header names are there, with the members that the rows need.</summary>
internal sealed class TypeRules(TableDraft draft, ProblemList problems)
{
    /// <summary>Checks what the header names. True if row methods can be generated.</summary>
    public bool CheckHeader()
    {
        int before = problems.Count;
        Exists(HeaderKeys.Call, draft.Facts.Call is not null);
        Exists(HeaderKeys.Target, draft.Facts.Target is not null);
        Exists(HeaderKeys.Errors, draft.Facts.Errors is not null);
        if (draft.Facts.Errors is { } constants)
        {
            foreach (string needed in NeededErrors().Where(needed => !constants.Contains(needed)))
            {
                Cell at = (needed == draft.Header.NoVcpu ? draft.Syntax.Header(HeaderKeys.NoVcpu) : draft.Syntax.Header(HeaderKeys.Errors))!.Values[0];
                problems.Add(Descriptors.UnknownErrno, at, draft.Header.Errors!.Name, needed, Suggestion.For(needed, constants));
            }
        }

        bool hasCode = problems.Count == before;
        Exists(HeaderKeys.Handlers, draft.Facts.Handlers is not null);
        if (draft.Facts.Handlers is { NotExtendable: { } reason } && draft.Syntax.Header(HeaderKeys.Handlers) is { } handlers)
        {
            problems.Add(Descriptors.HandlersNotExtendable, handlers.Values[0], handlers.Values[0].Text, reason);
        }

        return hasCode;
    }

    public void CheckRow(RowDraft row, RowModel model)
    {
        if (row.Attributes.Option is { } option && !draft.Facts.Options.Contains(option.Text))
        {
            problems.Add(Descriptors.UnknownOption, option, option.Text, Suggestion.For(option.Text, draft.Facts.Options));
        }

        if (row.Attributes.OnVm is { } onVm && draft.Header.Target is null)
        {
            problems.Add(Descriptors.FlagNeedsHeader, onVm, "on=vm", HeaderKeys.Target);
        }

        if (row.Attributes.OnVm is { } held && OnVmReason(row) is { } reason)
        {
            problems.Add(Descriptors.BadAttribute, held, "on=vm", reason);
        }

        HashSet<string> reported = [];
        foreach (Need need in Needs(row, model))
        {
            (CallFacts? facts, TypeName? type) = need.OfTarget ? (draft.Facts.Target, draft.Header.Target) : (draft.Facts.Call, draft.Header.Call);
            if (facts is not null && type is not null && !facts.Members.Contains(need.Member) && reported.Add(type.Name + need.Member))
            {
                problems.Add(Descriptors.MissingMember, need.At, need.At.Text, need.Member, type.Name);
            }
        }
    }

    /// <summary>Why a row cannot work on a VM in place of a call; begins with a space.</summary>
    private static string? OnVmReason(RowDraft row) => row switch
    {
        { Direction: not Direction.Operation } => " It is for operations; a command begins with a call.",
        { Attributes.Option: not null } => " A call has options, a VM has none.",
        _ when row.Flags.Any(flag => flag.Facts.Lock is null or FlagFacts.VmList) => " The VM is held already; only its own locks can be taken.",
        _ => null,
    };

    private static IEnumerable<Need> Needs(RowDraft row, RowModel model)
    {
        if (row.Attributes.Option is { } option)
        {
            yield return new Need(model.OnVm, "IsEnabled", option);
        }

        foreach (FlagUse flag in row.Flags.Concat(row.Relaxed ?? EquatableArray<FlagUse>.Empty))
        {
            foreach (string member in flag.Flag == Flag.FindVm && row.Argument?.VmId is null ? [] : Members(flag.Flag))
            {
                bool host = flag.Facts.Lock is null or FlagFacts.VmList;
                yield return new Need(host ? model.OnVm : model.TakesTarget, member, flag.Cell);
            }

            if (flag.Flag == Flag.FindVm)
            {
                yield return new Need(true, "Release", flag.Cell);
            }
        }
    }

    private static string[] Members(Flag flag) => flag switch
    {
        Flag.Passthrough => ["CheckPrivilege"],
        Flag.FindVm => ["FindVm"],
        Flag.ShareVmList => ["Locks.VmList", "Line.VmList"],
        Flag.OwnVmList => ["Locks.VmList"],
        Flag.ShareMemoryMap => ["Locks.MemoryMap", "Line.MemoryMap"],
        Flag.OwnMemoryMap => ["Locks.MemoryMap"],
        _ => ["Locks"],
    };

    private void Exists(string key, bool exists)
    {
        if (!exists && draft.Syntax.Header(key) is { } header)
        {
            Cell name = header.Values[0];
            string full = key == HeaderKeys.Handlers ? draft.Header.Handlers?.FullName ?? name.Text : name.Text;
            problems.Add(Descriptors.UnknownType, name, key == HeaderKeys.Handlers ? "struct" : "type", full);
        }
    }

    private IEnumerable<string> NeededErrors()
    {
        yield return "ENOTTY";
        yield return "EFAULT";
        if (draft.Rows.Any(row => row.Attributes.NotYet is not null))
        {
            yield return "ENOSYS";
        }

        if (draft.Header.NoVcpu is { } noVcpu)
        {
            yield return noVcpu;
        }
    }

    /// <summary>A member that a row method will use, of the call or of the target.</summary>
    private sealed record Need(bool OfTarget, string Member, Cell At);
}
