using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.FreeBsd.Client;
using VmmEngine.Conformance.FreeBsd.Interface;
using VmmEngine.Conformance.Systems;
using static VmmEngine.Conformance.Clients.Errors;
using static VmmEngine.Conformance.FreeBsd.FreeBsdCase;
using static VmmEngine.Conformance.FreeBsd.Interface.Commands;
using static VmmEngine.Conformance.FreeBsd.Interface.Structs;

namespace VmmEngine.Conformance.FreeBsd.Cases;

/// <summary>Section 10: statistics and their descriptions.</summary>
internal static class StatisticsCases
{
    private const int PageOfCounters = 64;

    private static readonly string[] Known =
    [
        "vcpu total runtime", "vcpu migration across host cpus", "total number of vm exits", "vm exits due to external interrupt",
        "number of times hlt was intercepted", "number of times %cr access was intercepted", "number of times rdmsr was intercepted",
        "number of times wrmsr was intercepted", "number of monitor trap exits", "number of times pause was intercepted",
        "vm exits due to interrupt window opening", "vm exits due to nmi window opening", "number of times in/out was intercepted",
        "number of times cpuid was intercepted", "vm exits due to nested page fault", "vm exits for instruction emulation",
        "number of vm exits for unknown reason", "number of times astpending at exit", "number of times idle requested at exit",
        "number of vm exits handled in userspace", "number of times rendezvous pending at exit", "number of vm exits due to exceptions",
        "number of ticks vcpu was idle", "number of NMIs delivered to vcpu", "number of ExtINTs delivered to vcpu",
        "Resident memory", "Wired memory", "ipis sent from vcpu", "ipis received by vcpu",
    ];

    public static IReadOnlyList<ConformanceCase> All { get; } =
    [
        OnVm("VM_STATS/negative-index-is-EINVAL", "10", "Indices begin at 0.", vm =>
        {
            vm.Expect(EINVAL, VM_STATS, Statistics(0, -1));
            vm.Expect(EINVAL, VM_STATS, Statistics(0, int.MinValue));
        }),
        OnVm("VM_STATS/beyond-the-last-is-ENOENT", "10", "One behind the last is an end, further is none.", vm =>
        {
            int count = Descriptions(vm).Count;
            Check.Equal("entries at the end", 0, vm.Do(VM_STATS, Statistics(0, count)).I32(8));
            vm.Expect(ENOENT, VM_STATS, Statistics(0, count + 1));
            vm.Expect(ENOENT, VM_STATS, Statistics(0, int.MaxValue));
        }, also: "VM_STAT_DESC"),
        OnVm("VM_STATS/comes-in-pages", "10", "Up to 64 at a time from an index; as many in all as there are descriptions.", vm =>
        {
            int count = Descriptions(vm).Count;
            int first = vm.Do(VM_STATS, Statistics(0)).I32(8);
            Check.Equal("entries of the first page", Math.Min(count, PageOfCounters), first);
            Check.Equal("entries from the last", 1, vm.Do(VM_STATS, Statistics(0, count - 1)).I32(8));
        }, also: "VM_STAT_DESC"),
        OnVm("VM_STATS/has-the-time", "10", "When they were read.", vm =>
        {
            Struct statistics = vm.Do(VM_STATS, Statistics(0));
            Check.That("seconds", statistics.U64(16) > 0, "more than 0", "0");
            Check.That("microseconds", statistics.U64(24) < 1_000_000, "less than 1000000", $"{statistics.U64(24)}");
        }),
        OnVm("VM_STATS/counts-exits", "10", "What a guest has done shows.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            for (int i = 0; i < 5; i++)
            {
                vm.RunToPort(GuestCode.Mark);
            }

            Check.That("exits in all", Value(vm, "total number of vm exits") >= 5, "5 at least", $"{Value(vm, "total number of vm exits")}");
            Check.That("exits for in/out", Value(vm, "number of times in/out was intercepted") >= 5, "5 at least", $"{Value(vm, "number of times in/out was intercepted")}");
            Check.That("exits for the client", Value(vm, "number of vm exits handled in userspace") >= 5, "5 at least", $"{Value(vm, "number of vm exits handled in userspace")}");
            Check.Equal("exits of vCPU 1", 0UL, Value(vm, "total number of vm exits", 1));
        }, also: "VM_RUN VM_STAT_DESC"),
        OnVm("VM_STATS/memory-belongs-to-vCPU-0", "10", "The VM's memory is counted once.", vm =>
        {
            vm.Do(VM_ALLOC_MEMSEG, Segment(0, 0x10_0000));
            vm.Do(VM_MMAP_MEMSEG, Mapping(0, 0, 0x10_0000, flags: 1));
            vm.Write(0, 1);
            Check.That("resident bytes", Value(vm, "Resident memory") > 0, "more than 0", "0");
            Check.Equal("resident bytes of vCPU 1", 0UL, Value(vm, "Resident memory", 1));
            Check.Equal("wired bytes of vCPU 1", 0UL, Value(vm, "Wired memory", 1));
        }, also: "VM_STAT_DESC"),
        OnVm("VM_STATS/a-reset-zeroes-them", "4.7", "The counters begin anew.", vm =>
        {
            vm.LoadRealMode(GuestCode.MarkForever);
            vm.RunToPort(GuestCode.Mark);
            vm.Do(VM_SUSPEND, Int(Exits.Reset));
            vm.RunToSuspend(Exits.Reset);
            vm.Expect(0, VM_REINIT);
            Check.Equal("exits in all", 0UL, Value(vm, "total number of vm exits"));
            Check.Equal("exits for in/out", 0UL, Value(vm, "number of times in/out was intercepted"));
        }, also: "VM_REINIT"),
        OnVm("VM_STATS_13/begins-at-0", "10", "The older form has no index.", vm =>
        {
            Struct statistics = vm.Do(VM_STATS_13, new Struct(536));
            Check.Equal("entries", Math.Min(Descriptions(vm).Count, PageOfCounters), statistics.I32(4));
            Check.That("seconds", statistics.U64(8) > 0, "more than 0", "0");
        }, also: "VM_STAT_DESC"),
        OnVm("VM_STAT_DESC/no-such-index-is-EINVAL", "10", "Not ENOENT.", vm =>
        {
            vm.Expect(EINVAL, VM_STAT_DESC, StatisticDescription(-1));
            vm.Expect(EINVAL, VM_STAT_DESC, StatisticDescription(int.MaxValue));
            vm.Expect(EINVAL, VM_STAT_DESC, StatisticDescription(Descriptions(vm).Count));
        }),
        OnVm("VM_STAT_DESC/known-counters", "10", "Clients find counters by their description.", vm =>
        {
            List<string> descriptions = Descriptions(vm);
            string[] missing = [.. Known.Except(descriptions)];
            Check.That("descriptions", missing.Length == 0, "all that upstream has", "none for " + string.Join("; ", missing));
            Check.Equal("different descriptions", descriptions.Count, descriptions.Distinct().Count());
            Check.That("their number", descriptions.Count < 64, "less than 64", $"{descriptions.Count}");
        }),
        OnVm("VM_STAT_DESC/elements-of-arrays-have-numbers", "10", "Each has its own description.", vm =>
        {
            string[] entries = [.. Descriptions(vm).Where(description => description.StartsWith("lvts triggered", StringComparison.Ordinal))];
            Check.That("entries of the array", entries.Length > 1, "several", $"{entries.Length}");
            for (int i = 0; i < entries.Length; i++)
            {
                Check.Equal("a description", $"lvts triggered[{i}]", entries[i]);
            }
        }),
        OnHost("VM_STAT_DESC/the-same-for-every-VM", "10", "Descriptions are the system's.", host =>
        {
            List<string> first = Descriptions(host.CreateVm("first"));
            Check.That("descriptions of another VM", first.SequenceEqual(Descriptions(host.CreateVm("second"))), "the same", "others");
        }),
    ];

    private static List<string> Descriptions(VmClient vm)
    {
        List<string> descriptions = [];
        while (true)
        {
            Struct argument = StatisticDescription(descriptions.Count);
            int error = vm.Ioctl(VM_STAT_DESC, argument);
            if (error == EINVAL && descriptions.Count > 0)
            {
                return descriptions;
            }

            Check.Equal($"VM_STAT_DESC of {descriptions.Count}", "success", NameOf(error));
            ReadOnlySpan<byte> text = argument.Bytes[4..];
            int end = text.IndexOf((byte)0);
            Check.That("a description", end > 0, "text with an end", "none");
            descriptions.Add(System.Text.Encoding.ASCII.GetString(text[..end]));
        }
    }

    private static ulong Value(VmClient vm, string description, int cpu = 0)
    {
        int index = Descriptions(vm).IndexOf(description);
        Check.That($"the index of '{description}'", index >= 0, "one", "none");
        return vm.Do(VM_STATS, Statistics(cpu, index)).U64(32);
    }
}
