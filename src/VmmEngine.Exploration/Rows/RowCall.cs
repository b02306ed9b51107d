using VmmEngine.Locks;

namespace VmmEngine.Exploration.Rows;

/// <summary>What an explored caller hands to a generated row: one VM's locks, its own line, and its privilege.</summary>
/// <param name="locks">The locks of the world's VM.</param>
/// <param name="line">The caller's own line.</param>
/// <param name="privilegeError">0 for a privileged caller, else the error that the privilege check gives.</param>
public readonly unsafe struct RowCall(VmLocks* locks, CallerLine* line, int privilegeError)
{
    /// <summary>The VM's locks.</summary>
    public ref VmLocks Locks => ref *locks;

    /// <summary>The caller's own line.</summary>
    public ref CallerLine Line => ref *line;

    /// <summary>The answer of every privilege check.</summary>
    /// <param name="privilege">Ignored: a scenario's caller has all privileges or none.</param>
    public int CheckPrivilege(Privilege privilege) => privilegeError;
}
