using VmmEngine.Abi.FreeBsd;
using VmmEngine.Locks;

namespace VmmEngine.Exploration.Rows;

/// <summary>One row of <c>locksets.ioctls</c>, called through its generated method.</summary>
/// <param name="Name">The row's name in the table.</param>
/// <param name="Call">The generated method, with a vCPU id for rows that take one; returns 0 or a FreeBSD errno.</param>
internal sealed record LockSetRow(string Name, LockSetRow.Method Call)
{
    public delegate int Method(in RowCall call, int id);

    /// <summary>A row for every lock set of FreeBSD's VM device, on atomics of the caller's choice.</summary>
    public static LockSetRow[] All<TAtomics>()
        where TAtomics : struct, IAtomics =>
    [
        new("TAKE_NOTHING", (in call, _) => LockSetCommands<TAtomics, LockSetHandlers>.TakeNothing(in call)),
        new("FREEZE_ONE", FreezeOne<TAtomics>),
        new("FREEZE_ALL", (in call, _) => LockSetCommands<TAtomics, LockSetHandlers>.FreezeAll(in call)),
        new("WRITE_MAP", (in call, _) => LockSetCommands<TAtomics, LockSetHandlers>.WriteMap(in call)),
        new("READ_MAP", (in call, _) => LockSetCommands<TAtomics, LockSetHandlers>.ReadMap(in call)),
        new("FIND_OR_CREATE", FindOrCreate<TAtomics>),
        new("MAYBE_FIND", MaybeFind<TAtomics>),
        new("PRIVILEGED", (in call, _) => LockSetCommands<TAtomics, LockSetHandlers>.Privileged(in call)),
        new("PRIVILEGED_ALL", (in call, _) => LockSetCommands<TAtomics, LockSetHandlers>.PrivilegedAll(in call)),
        new("PRIVILEGED_MAP", (in call, _) => LockSetCommands<TAtomics, LockSetHandlers>.PrivilegedMap(in call)),
    ];

    /// <summary>The run command, on the controlled atomics: its handler's guest is made of them.</summary>
    public static LockSetRow Run { get; } = new("RUN", static (in call, id) =>
    {
        vm_activate_cpu argument = new() { vcpuid = id };
        return LockSetCommands<ReplayAtomics, LockSetHandlers>.Run(in call, ref argument);
    });

    /// <summary>The set whose failed precondition has a lock to give back.</summary>
    public static LockSetRow ReadMapFreezeOne { get; } = new("READ_MAP_FREEZE_ONE", static (in call, id) =>
    {
        vm_activate_cpu argument = new() { vcpuid = id };
        return LockSetCommands<ReplayAtomics, LockSetHandlers>.ReadMapFreezeOne(in call, ref argument);
    });

    private static int FreezeOne<TAtomics>(in RowCall call, int id)
        where TAtomics : struct, IAtomics
    {
        vm_activate_cpu argument = new() { vcpuid = id };
        return LockSetCommands<TAtomics, LockSetHandlers>.FreezeOne(in call, ref argument);
    }

    private static int FindOrCreate<TAtomics>(in RowCall call, int id)
        where TAtomics : struct, IAtomics
    {
        vm_activate_cpu argument = new() { vcpuid = id };
        return LockSetCommands<TAtomics, LockSetHandlers>.FindOrCreate(in call, ref argument);
    }

    private static int MaybeFind<TAtomics>(in RowCall call, int id)
        where TAtomics : struct, IAtomics
    {
        vm_activate_cpu argument = new() { vcpuid = id };
        return LockSetCommands<TAtomics, LockSetHandlers>.MaybeFind(in call, ref argument);
    }
}
