using VmmEngine.Abi.FreeBsd;
using VmmEngine.Devices;

namespace VmmEngine.FreeBsd;

/// <summary>Who may see, open and do what. The group vmm is not modelled: only user ids and jails decide.</summary>
internal static class AccessRules
{
    /// <summary>True if a caller can see what belongs to a subject.</summary>
    public static bool CanSee(Credential caller, Credential subject, bool seeOtherUids) =>
        (caller.Jail is null || caller.Jail.Id == subject.Jail?.Id)
        && (seeOtherUids || caller.IsSuperuser || caller.RealUid == subject.RealUid);

    /// <summary>0, or EPERM for a process in a jail that must not use the devices.</summary>
    public static int CheckJail(Credential caller) => caller.Jail is { AllowVmm: false } ? Errno.EPERM : 0;

    /// <summary>0, or EPERM unless the caller created the VM, in this jail, or may destroy anybody's.</summary>
    public static int CheckDestroy(Credential caller, Credential creator)
    {
        bool created = caller.EffectiveUid == creator.EffectiveUid && caller.Jail?.Id == creator.Jail?.Id;
        return created ? 0 : CheckPrivilege(caller, Privilege.VmmDestroy);
    }

    /// <summary>0, or EPERM. The superuser has every privilege; a jail can withhold that of passing devices through.</summary>
    public static int CheckPrivilege(Credential caller, Privilege privilege)
    {
        bool withheld = privilege == Privilege.VmmPassthrough && caller.Jail is { AllowPassthrough: false };
        return caller.IsSuperuser && !withheld ? 0 : Errno.EPERM;
    }
}
