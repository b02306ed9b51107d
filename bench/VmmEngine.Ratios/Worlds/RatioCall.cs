using VmmEngine.Locks;

namespace VmmEngine.Ratios.Worlds;

/// <summary>What a caller hands to the generated commands of the benchmarks' tables: where the VM's locks are, and its own line.</summary>
public readonly unsafe struct RatioCall(VmLocks* locks, CallerLine* line)
{
    private readonly VmLocks* _locks = locks;
    private readonly CallerLine* _line = line;

    /// <summary>The VM's locks.</summary>
    public ref VmLocks Locks => ref *_locks;

    /// <summary>The line of the calling thread.</summary>
    public ref CallerLine Line => ref *_line;

    /// <summary>The benchmarks' caller has every privilege.</summary>
#pragma warning disable CA1822 // generated code asks the call
    public int CheckPrivilege(Privilege privilege) => privilege >= 0 ? 0 : 1;
#pragma warning restore CA1822
}
