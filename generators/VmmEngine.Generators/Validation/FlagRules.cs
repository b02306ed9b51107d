using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Validation;

/// <summary>What flags may stand together, in which order, and what they need of the header and the argument.</summary>
internal sealed class FlagRules(TableDraft draft, RowDraft row, ProblemList problems)
{
    private static readonly (Flag Shared, Flag Exclusive)[] SharedAndExclusive =
        [(Flag.ShareVmList, Flag.OwnVmList), (Flag.ShareMemoryMap, Flag.OwnMemoryMap)];

    private HeaderModel Header => draft.Header;

    public void Check(EquatableArray<FlagUse> flags)
    {
        CheckConflicts(flags);
        CheckOrder(flags);
        foreach (FlagUse flag in flags)
        {
            CheckHeader(flag);
            CheckIds(flag);
        }
    }

    public void CheckRelaxed(EquatableArray<FlagUse> relaxed)
    {
        Check(relaxed);
        Cell at = row.Attributes.Relaxed!;
        foreach (FlagUse flag in relaxed.Where(flag => flag.Facts.Lock is null))
        {
            problems.Add(Descriptors.RelaxedSet, flag.Cell, row.Syntax.Name.Text, $"{flag.Facts.Spelling} is no lock and stays as it is");
        }

        if (relaxed.Any(NamesVcpu) != row.Flags.Any(NamesVcpu))
        {
            problems.Add(Descriptors.RelaxedSet, at, row.Syntax.Name.Text, "the handler gets a vCPU with both lock sets or with none");
        }
        else if (relaxed.Select(flag => flag.Flag).SequenceEqual(row.Flags.Where(flag => flag.Facts.Lock is not null).Select(flag => flag.Flag)))
        {
            problems.Add(Descriptors.RelaxedSet, at, row.Syntax.Name.Text, "it is the row's own set");
        }

        if (row.Direction == Direction.Operation)
        {
            problems.Add(Descriptors.RelaxedSet, at, row.Syntax.Name.Text, "an operation has one lock set");
        }
    }

    /// <summary>Who lets others go first waits for them, so it holds no lock yet, and there must be others that say that they wait.</summary>
    public void CheckGoesLast()
    {
        if (row.Attributes.GoesLast is not { } at)
        {
            return;
        }

        Flag[] taken = [.. row.Flags.Select(flag => flag.Flag).Where(flag => flag != Flag.FindVm)];
        if (!taken.SequenceEqual([Flag.FreezeOne]) || row.Relaxed is not null)
        {
            problems.Add(Descriptors.GoesLast, at, row.Syntax.Name.Text, "takes LOCK_ONE_VCPU and no other lock");
        }
        else if (!Header.EjectsVcpus)
        {
            problems.Add(Descriptors.GoesLast, at, row.Syntax.Name.Text, "stands under the header line 'vcpus ... eject'");
        }
    }

    private static bool NamesVcpu(FlagUse flag) => flag.Facts.NamesVcpu;

    private static FlagUse? Find(EquatableArray<FlagUse> flags, Flag flag) => flags.FirstOrDefault(use => use.Flag == flag);

    private void CheckConflicts(EquatableArray<FlagUse> flags)
    {
        foreach ((Flag shared, Flag exclusive) in SharedAndExclusive)
        {
            if (Find(flags, shared) is { } first && Find(flags, exclusive) is { } second)
            {
                problems.Add(Descriptors.SharedWithExclusive, second.Cell, first.Facts.Spelling, second.Facts.Spelling);
            }
        }

        // Finding a vCPU neither waits nor holds anything, so it may go with freezing them all; creating one would wait for the row itself.
        FlagUse[] single = [.. flags.Where(NamesVcpu)];
        if (single.FirstOrDefault(flag => flag.Flag != Flag.Find) is { } one && Find(flags, Flag.FreezeAll) is { } all)
        {
            problems.Add(Descriptors.OneWithAll, all.Cell, one.Facts.Spelling);
        }

        if (single.Length > 1)
        {
            problems.Add(Descriptors.SeveralVcpuFlags, single[1].Cell, single[0].Facts.Spelling, single[1].Facts.Spelling);
        }

        if (Find(flags, Flag.OwnMemoryMap) is { } own && Find(flags, Flag.FreezeAll) is null)
        {
            problems.Add(Descriptors.ExclusiveWithoutAll, own.Cell);
        }
    }

    private void CheckOrder(EquatableArray<FlagUse> flags)
    {
        for (int i = 1; i < flags.Count; i++)
        {
            if (Rank(flags[i]) < Rank(flags[i - 1]))
            {
                string order = $"privilege, VM, {string.Join(", ", Header.Order)}";
                problems.Add(Descriptors.LockOrder, flags[i].Cell, flags[i].Facts.Spelling, flags[i - 1].Facts.Spelling, order);
            }
        }
    }

    /// <summary>The privilege is asked before any lock, a VM is looked up before its locks are taken.</summary>
    private int Rank(FlagUse flag)
    {
        if (flag.Facts.Lock is null)
        {
            return flag.Flag == Flag.Passthrough ? -2 : -1;
        }

        int rank = Array.IndexOf([.. Header.Order], flag.Facts.Lock);
        return rank < 0 ? int.MaxValue : rank;
    }

    private void CheckHeader(FlagUse flag)
    {
        string? line = flag.Facts switch
        {
            { Lock: { } name } when !Header.Order.Contains(name) => $"{HeaderKeys.Order} ... {name}",
            { Lock: FlagFacts.Vcpus } when draft.Syntax.Header(HeaderKeys.Vcpus) is null => HeaderKeys.Vcpus,
            { Flag: Flag.FindOrCreate or Flag.FindOrCreateUnlessNone } when !Header.CreatesVcpus => $"{HeaderKeys.Vcpus} create",
            { NamesVcpu: true } when !Header.LeadsWithVcpu => $"{HeaderKeys.Ids} ... vcpu",
            { NamesVcpu: true } when Header.NoVcpu is null => HeaderKeys.NoVcpu,
            { Flag: Flag.FindVm } when Header.Target is null => HeaderKeys.Target,
            { Flag: Flag.FindVm } when !Header.LeadsWithVm => $"{HeaderKeys.Ids} vm",
            _ => null,
        };
        if (line is not null)
        {
            problems.Add(Descriptors.FlagNeedsHeader, flag.Cell, flag.Facts.Spelling, line);
        }
    }

    private void CheckIds(FlagUse flag)
    {
        string argument = row.Syntax.Argument.Text;
        bool argumentKnown = argument == "-" || row.Argument is not null;
        if (!argumentKnown)
        {
            return;
        }

        if (flag.Flag == Flag.FindVm && Header.LeadsWithVm && row.Argument?.VmId is null)
        {
            problems.Add(Descriptors.NoVmId, row.Syntax.Argument, argument, ArgumentIds.Describe(draft.Facts.Struct(argument), 0));
        }

        if (flag.Facts.NamesVcpu && Header.LeadsWithVcpu && row.Argument?.VcpuId is null)
        {
            int index = Header.LeadsWithVm ? 1 : 0;
            string member = index == 0 ? "the first member" : "the second member";
            string found = ArgumentIds.Describe(draft.Facts.Struct(argument), index);
            problems.Add(Descriptors.NoVcpuId, row.Syntax.Argument, flag.Facts.Spelling, member, argument, found);
        }
    }
}
