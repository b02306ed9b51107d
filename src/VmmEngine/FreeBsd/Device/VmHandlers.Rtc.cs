using VmmEngine.Abi.FreeBsd;

namespace VmmEngine.FreeBsd;

/// <content>The battery-backed clock from outside: its memory, and its time in seconds since 1970 UTC.</content>
public partial struct VmHandlers
{
    /// <summary>VM_RTC_READ: reads one of its 128 bytes as the guest would find it, without the side effects of the guest's reading.</summary>
    /// <returns>0; EINVAL for an offset beyond.</returns>
    public static int ReadRtc(in VmCall call, ref vm_rtc_data argument) =>
        call.Vm.Devices.Rtc.TryRead(argument.offset, out argument.value) ? 0 : Errno.EINVAL;

    /// <summary>VM_RTC_WRITE: writes a byte of the memory.</summary>
    /// <returns>0; EINVAL for the clock's own registers, the century, and an offset beyond.</returns>
    public static int WriteRtc(in VmCall call, ref vm_rtc_data argument) =>
        call.Vm.Devices.Rtc.TryWriteMemory(argument.offset, argument.value) ? 0 : Errno.EINVAL;

    /// <summary>VM_RTC_GETTIME: the time; -1 while the registers hold none that exists.</summary>
    /// <returns>0.</returns>
    public static int GetRtcTime(in VmCall call, ref vm_rtc_time argument)
    {
        argument.secs = call.Vm.Devices.Rtc.ReadTime() ?? -1;
        return 0;
    }

    /// <summary>VM_RTC_SETTIME: sets the time; a second begins.</summary>
    /// <returns>0; EINVAL for a time outside the years 1 to 9999, which the registers cannot say.</returns>
    public static int SetRtcTime(in VmCall call, ref vm_rtc_time argument) =>
        call.Vm.Devices.Rtc.TrySetTime(argument.secs) ? 0 : Errno.EINVAL;
}
