using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Emit;

/// <summary>The statements that take and release what a flag names.</summary>
internal sealed class LockCode(HeaderModel header, RowModel row)
{
    private const string MapOf = "MemoryMap";
    private const string ListOf = "VmList";

    /// <summary>Where the VM's own locks are found: at the call, or at the VM that was looked up.</summary>
    private string Vm => row.TakesTarget ? "target" : "call";

    /// <summary>The flags of a lock set that hold something, in the order in which they are released; a looked-up VM goes last.</summary>
    public static IEnumerable<Flag> ReleaseOrder(HeaderModel header, IEnumerable<Flag> flags)
    {
        Flag[] held = [.. flags.Where(flag => FlagFacts.Of(flag).Held)];
        return header.Release
            .SelectMany(name => held.Where(flag => FlagFacts.Of(flag).Lock == name))
            .Concat(held.Where(flag => FlagFacts.Of(flag).Lock is null));
    }

    /// <summary>The statement that takes a lock that can be waited for but not refused; null for other flags.</summary>
    public string? Enter(Flag flag) => flag switch
    {
        Flag.ShareVmList => Shared("EnterShared", "call", ListOf),
        Flag.OwnVmList => Exclusive("EnterExclusive", "call", ListOf),
        Flag.ShareMemoryMap => Shared("EnterShared", Vm, MapOf),
        Flag.OwnMemoryMap => Exclusive("EnterExclusive", Vm, MapOf),
        Flag.FreezeAll => $"VcpuLocks<TAtomics>.{(header.EjectsVcpus ? "FreezeAll" : "AwaitAll")}(ref {Vm}.Locks);",
        _ => null,
    };

    public string Exit(Flag flag) => flag switch
    {
        Flag.ShareVmList => Shared("ExitShared", "call", ListOf),
        Flag.OwnVmList => Exclusive("ExitExclusive", "call", ListOf),
        Flag.ShareMemoryMap => Shared("ExitShared", Vm, MapOf),
        Flag.OwnMemoryMap => Exclusive("ExitExclusive", Vm, MapOf),
        Flag.FreezeAll => $"VcpuLocks<TAtomics>.ThawAll(ref {Vm}.Locks);",
        Flag.FreezeOne => "VcpuLocks<TAtomics>.Thaw(vcpu);",
        _ => "target.Release();",
    };

    /// <summary>The condition under which the argument's id names no vCPU; it finds or freezes the vCPU on the way.</summary>
    /// <param name="flag">A flag that names one vCPU.</param>
    /// <param name="vcpu">Where the vCPU goes: a declaration, a variable or a discard.</param>
    public string NoVcpu(Flag flag, string vcpu)
    {
        string id = row.Argument!.VcpuId!;
        string method = flag switch
        {
            Flag.FreezeOne when header.EjectsVcpus => header.CreatesVcpus ? "TryFreeze" : "TryFreezeExisting",
            Flag.FreezeOne => "TryAwait",
            Flag.Find => "TryFind",
            _ => "TryFindOrCreate",
        };
        string fails = $"!VcpuLocks<TAtomics>.{method}(ref {Vm}.Locks, {id}, out {vcpu})";
        return flag == Flag.FindOrCreateUnlessNone ? $"{id} != -1 && {fails}" : fails;
    }

    /// <summary>The statement that waits for those who wait to eject the argument's vCPU.</summary>
    public string LetEjectorsPass() => $"VcpuLocks<TAtomics>.LetEjectorsPass(ref {Vm}.Locks, {row.Argument!.VcpuId});";

    private static string Shared(string method, string owner, string name) =>
        $"SlotLocks<TAtomics>.{method}(ref {owner}.Locks.{name}, ref {owner}.Line.{name});";

    private static string Exclusive(string method, string owner, string name) => $"SlotLocks<TAtomics>.{method}(ref {owner}.Locks.{name});";
}
