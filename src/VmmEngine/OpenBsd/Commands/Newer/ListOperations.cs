using VmmEngine.Abi.OpenBsd;
using Commands = VmmEngine.OpenBsd.Newer.NewerCommands<VmmEngine.Locks.ProcessorAtomics, VmmEngine.OpenBsd.Newer.DeviceHandlers>;

namespace VmmEngine.OpenBsd.Newer;

/// <summary>This revision's steps.</summary>
internal readonly struct ListOperations : IListOperations
{
    /// <inheritdoc/>
    public static int CountVms(in DeviceCall call, ref vm_info_params argument) => Commands.CountVms(in call, ref argument);

    /// <inheritdoc/>
    public static int ListVms(in DeviceCall call, ref vm_info_params argument) => Commands.ListVms(in call, ref argument);

    /// <inheritdoc/>
    public static int Unlink(in DeviceCall call, ref vm_terminate_params argument) => Commands.Unlink(in call, ref argument);

    /// <inheritdoc/>
    public static int TearDown(in VmTarget target) => Commands.TearDown(in target);

    /// <inheritdoc/>
    public static int Forget(in DeviceCall call) => Commands.Forget(in call);
}
