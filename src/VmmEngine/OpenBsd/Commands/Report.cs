using System.Runtime.InteropServices;
using VmmEngine.Abi.OpenBsd;
using VmmEngine.Devices;

namespace VmmEngine.OpenBsd;

/// <summary>VMM_IOC_INFO: the VMs, in an array of the client's. Allocates no managed memory.</summary>
internal static unsafe class Report
{
    /// <summary>
    /// Answers how much room is needed, if there is too little; else fills the array. The count comes from one look at the list, the records
    /// from a second one: a VM that goes in between leaves a record of zeros, which <see cref="OpenBsdQuirks.ReportCountsDyingVms"/> may count.
    /// </summary>
    /// <returns>0; ENOMEM; EFAULT if the array cannot be written to.</returns>
    public static int Run<TOperations>(in DeviceCall call, ref vm_info_params argument)
        where TOperations : struct, IListOperations
    {
        vm_info_params list = default;
        TOperations.CountVms(in call, ref list);

        list.vip_size = list.vip_info_ct * (ulong)sizeof(vm_info_result);
        if (argument.vip_size < list.vip_size)
        {
            argument.vip_info_ct = 0;
            argument.vip_size = list.vip_size;
            return 0;
        }

        if (!TryAllocate((nuint)list.vip_size, out list.vip_info))
        {
            return Errno.ENOMEM;
        }

        TOperations.ListVms(in call, ref list);
        argument.vip_info_ct = list.vip_info_ct; // and vip_size stays as it was given

        bool copied = UserMemory.TryCopyOut(list.vip_info, argument.vip_info, (nuint)list.vip_size);
        NativeMemory.Free(list.vip_info);
        return copied ? 0 : Errno.EFAULT;
    }

    /// <summary>Row VMM_COUNT: how many records a report has.</summary>
    public static int CountVms(in DeviceCall call, ref vm_info_params argument)
    {
        OpenBsdHost host = call.Host;
        argument.vip_info_ct = (ulong)(host.Options.Quirks.ReportCountsDyingVms ? host.Vms.VmCount : host.Vms.Listed);
        return 0;
    }

    /// <summary>Row VMM_LIST: fills the engine's own zeroed records, at most as many as were counted.</summary>
    public static int ListVms(in DeviceCall call, ref vm_info_params argument)
    {
        OpenBsdHost host = call.Host;
        int described = host.Vms.Describe(argument.vip_info, (int)argument.vip_info_ct);
        if (!host.Options.Quirks.ReportCountsDyingVms)
        {
            argument.vip_info_ct = (ulong)described;
        }

        return 0;
    }

    private static bool TryAllocate(nuint size, out vm_info_result* records)
    {
        try
        {
            records = (vm_info_result*)NativeMemory.AllocZeroed(size);
            return true;
        }
        catch (OutOfMemoryException)
        {
            records = null;
            return false;
        }
    }
}
