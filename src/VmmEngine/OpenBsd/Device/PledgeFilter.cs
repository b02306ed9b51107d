using VmmEngine.Devices;
using Old = VmmEngine.OpenBsd.Baseline.BaselineCommandWords;
using New = VmmEngine.OpenBsd.Newer.NewerCommandWords;

namespace VmmEngine.OpenBsd;

/// <summary>What a process that has made promises may still do. Others may do everything.</summary>
internal static class PledgeFilter
{
    private const Promises Manage = Promises.Vmm | Promises.Proc;

    /// <summary>The first layer, before anything else is looked at: may the process use the command at all?</summary>
    public static bool Allows(Promises promises, uint command, Revisions revisions)
    {
        Promises? needed = null;
        if ((revisions & Revisions.Baseline) != 0)
        {
            needed = NeededInBaseline(command);
        }

        if ((revisions & Revisions.Newer) != 0)
        {
            needed ??= NeededInNewer(command);
        }

        return needed is Promises all && (promises & all) == all;
    }

    /// <summary>The second layer, when a VM is looked up: a process that does not manage VMs sees those alone that it created itself.</summary>
    public static bool Shows(Credential credential, Vm vm) =>
        credential.Pledge is not Promises promises
        || (promises & Manage) != Promises.Vmm
        || vm.CreatorProcessId == credential.ProcessId;

    private static Promises? NeededInBaseline(uint command) => command switch
    {
        Old.VMM_IOC_RUN or Old.VMM_IOC_TERM or Old.VMM_IOC_RESETCPU or Old.VMM_IOC_INTR or Old.VMM_IOC_READREGS
            or Old.VMM_IOC_WRITEREGS or Old.VMM_IOC_READVMPARAMS or Old.VMM_IOC_WRITEVMPARAMS or Old.VMM_IOC_MPROTECT_EPT => Promises.Vmm,
        Old.VMM_IOC_CREATE or Old.VMM_IOC_INFO or Old.VMM_IOC_SHAREMEM => Manage,
        _ => null,
    };

    private static Promises? NeededInNewer(uint command) => command switch
    {
        New.VMM_IOC_RUN or New.VMM_IOC_TERM or New.VMM_IOC_RESETCPU or New.VMM_IOC_INTR or New.VMM_IOC_READREGS
            or New.VMM_IOC_WRITEREGS or New.VMM_IOC_READVMPARAMS or New.VMM_IOC_WRITEVMPARAMS => Promises.Vmm,
        New.VMM_IOC_CREATE or New.VMM_IOC_INFO or New.VMM_IOC_SHAREMEM => Manage,
        _ => null,
    };
}
