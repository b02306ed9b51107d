using VmmEngine.Locks;
using VmmEngine.OpenBsd;

namespace VmmEngine.Exploration.Rows;

/// <summary>A VM that a row has found and holds a reference to.</summary>
/// <param name="vm">The VM's locks.</param>
/// <param name="line">The caller's line of the VM.</param>
/// <param name="references">The VM's references.</param>
public readonly unsafe struct HostTarget(VmLocks* vm, CallerLine* line, ReferenceCount* references)
{
    /// <summary>The VM's locks.</summary>
    public ref VmLocks Locks => ref *vm;

    /// <summary>The caller's line of the VM.</summary>
    public ref CallerLine Line => ref *line;

    /// <summary>Gives the reference back.</summary>
    public void Release() => ReferenceCounts<ReplayAtomics>.Release(ref *references);
}
