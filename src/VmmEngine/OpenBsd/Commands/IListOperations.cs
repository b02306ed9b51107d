using VmmEngine.Abi.OpenBsd;

namespace VmmEngine.OpenBsd;

/// <summary>The generated steps that both revisions' tables have: lets one report and one termination serve both.</summary>
internal interface IListOperations
{
    /// <summary>Row VMM_COUNT.</summary>
    static abstract int CountVms(in DeviceCall call, ref vm_info_params argument);

    /// <summary>Row VMM_LIST.</summary>
    static abstract int ListVms(in DeviceCall call, ref vm_info_params argument);

    /// <summary>Row VMM_UNLINK.</summary>
    static abstract int Unlink(in DeviceCall call, ref vm_terminate_params argument);

    /// <summary>Row VMM_TEARDOWN.</summary>
    static abstract int TearDown(in VmTarget target);

    /// <summary>Row VMM_FORGET.</summary>
    static abstract int Forget(in DeviceCall call);
}
