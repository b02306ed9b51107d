namespace VmmEngine.Generators.Model;

/// <summary>What is known of a flag: its spelling in tables, the lock it concerns, and how people would say it.</summary>
/// <param name="Flag">The flag.</param>
/// <param name="Spelling">As upstream spells it.</param>
/// <param name="Lock">The lock whose place in the declared order it has; null for what is no lock.</param>
/// <param name="Thing">What it is about, in words.</param>
/// <param name="Manner">In which way it is taken.</param>
/// <param name="Held">True if there is something to release.</param>
/// <param name="NamesVcpu">True if the argument names one vCPU.</param>
internal sealed record FlagFacts(Flag Flag, string Spelling, string? Lock, string Thing, string Manner, bool Held, bool NamesVcpu)
{
    public const string VmList = "vm-list";
    public const string MemoryMap = "memory-map";
    public const string Vcpus = "vcpus";

    /// <summary>Every lock a header may order.</summary>
    public static readonly string[] Locks = [VmList, MemoryMap, Vcpus];

    /// <summary>In the order of <see cref="Model.Flag"/>.</summary>
    public static readonly FlagFacts[] All =
    [
        new(Flag.Passthrough, "PPT", null, "passthrough privilege", "asked for", false, false),
        new(Flag.FindVm, "FIND_VM", null, "VM", "found by its id and referenced", true, false),
        new(Flag.ShareVmList, "SLOCK_VMLIST", VmList, "VM list", "shared", true, false),
        new(Flag.OwnVmList, "XLOCK_VMLIST", VmList, "VM list", "exclusive", true, false),
        new(Flag.ShareMemoryMap, "SLOCK_MEMSEGS", MemoryMap, "memory map", "shared", true, false),
        new(Flag.OwnMemoryMap, "XLOCK_MEMSEGS", MemoryMap, "memory map", "exclusive", true, false),
        new(Flag.FreezeOne, "LOCK_ONE_VCPU", Vcpus, "one vCPU", "frozen", true, true),
        new(Flag.FreezeAll, "LOCK_ALL_VCPUS", Vcpus, "all vCPUs", "frozen", true, false),
        new(Flag.FindOrCreate, "ALLOC_VCPU", Vcpus, "one vCPU", "found or created, not frozen", false, true),
        new(Flag.FindOrCreateUnlessNone, "MAYBE_ALLOC_VCPU", Vcpus, "one vCPU", "found or created, not frozen; none for id -1", false, true),
        new(Flag.Find, "FIND_VCPU", Vcpus, "one vCPU", "found, not frozen", false, true),
    ];

    /// <summary>What is taken and how: <c>memory map (shared)</c>.</summary>
    public string Step => $"{Thing} ({Manner})";

    public static IEnumerable<string> Spellings => All.Select(facts => facts.Spelling);

    public static FlagFacts Of(Flag flag) => All[(int)flag];

    public static FlagFacts? Parse(string spelling) => All.FirstOrDefault(facts => facts.Spelling == spelling);
}
